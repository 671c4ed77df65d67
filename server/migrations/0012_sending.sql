-- What became of a message at each of its recipients, with the tries so far; an answer that leaves later; and what is written
-- to a third person beside the customer. All nullable or with a constant default: nothing is written anew.
alter table message add column delivery jsonb, add column plan jsonb, add column aside boolean not null default false;
alter table conversation add column scheduled_at timestamptz, add column held boolean not null default false,
  add column consulted jsonb not null default '[]';
create index conversation_scheduled on conversation (workspace_id, last_at desc, id desc)
  where scheduled_at is not null and folder = 'inbox' and merged_into is null;
