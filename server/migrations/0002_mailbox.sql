-- How far a mailbox is read. UIDs only grow, until the server numbers its mail anew (another UIDVALIDITY).
-- Mail below first_uid was there before the inbox was connected; history_uid goes down from it, as far as history is wanted.
-- Mail below renumbered_below is looked up by its bytes first, because it may be here already under its former number.
alter table mailbox
  add column connected_at timestamptz not null default now(),
  add column first_uid bigint not null default 0,
  add column history_uid bigint not null default 0,
  add column renumbered_below bigint not null default 0,
  add column waiting int not null default 0;

-- Whose an inbox is, for mail that is posted to it: known by nothing but its id until its signature is checked.
create function inbox_home(inbox uuid) returns uuid
language sql stable security definer set search_path = public as
$$ select i.workspace_id from inbox i where i.id = inbox and i.channel = 'email' and i.deleted_at is null $$;
create index inbox_by_id on inbox (id);
