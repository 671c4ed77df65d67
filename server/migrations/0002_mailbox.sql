-- How far a mailbox is read. UIDs only grow, until the server numbers its mail anew (another UIDVALIDITY).
-- Mail below first_uid was there before the inbox was connected; history_uid goes down from it, as far as history is wanted.
-- Mail below renumbered_below is looked up by its bytes first, because it may be here already under its former number.
alter table mailbox
  add column connected_at timestamptz not null default now(),
  add column first_uid bigint not null default 0,
  add column history_uid bigint not null default 0,
  add column renumbered_below bigint not null default 0,
  add column waiting int not null default 0;
