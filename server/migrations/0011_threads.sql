-- What a person does when mail stands in the wrong place, and what stays of what was deleted.

-- Ids that a conversation's mails name but that are no message here: mail that is still to come, or ours under the id a relay gave it.
create table named_id (
  workspace_id uuid not null references workspace on delete cascade,
  external_id text not null,
  conversation_id uuid not null,
  primary key (workspace_id, external_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create index named_id_conversation on named_id (workspace_id, conversation_id);

-- Conversations that have to do with each other. `maybe`: a person decides, by merging them or by saying no.
create table conversation_link (
  workspace_id uuid not null references workspace on delete cascade,
  conversation_id uuid not null,
  other_id uuid not null,
  why text not null check (why in ('same_mail', 'split', 'maybe')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, other_id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade,
  foreign key (workspace_id, other_id) references conversation on delete cascade
);
create index conversation_link_other on conversation_link (workspace_id, other_id);

-- A message that was deleted for good: known again by this and nothing else, so that it never comes back.
create table tombstone (
  workspace_id uuid not null references workspace on delete cascade,
  inbox_id uuid not null,
  dedupe bytea not null,
  external_id text,
  deleted_at timestamptz not null default now(),
  primary key (workspace_id, inbox_id, dedupe)
);

do $$
declare t text;
begin
  foreach t in array array['named_id', 'conversation_link', 'tombstone'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;

-- Another mail had this Message-ID before it; the two differ, so both are kept.
alter table message add column same_id boolean not null default false;
-- Forwarded by one of us: who did so, and whom it is from; null once a person said that it is not.
alter table message add column forwarded jsonb;

alter table conversation
  add column split_undo jsonb,
  add column trashed_at timestamptz;
update conversation set trashed_at = now() where folder = 'trash';
create index conversation_trashed on conversation (workspace_id, trashed_at) where folder = 'trash';
create index conversation_follows on conversation (workspace_id, follows) where follows is not null;

alter table workspace
  add column closes_after_days int not null default 14 check (closes_after_days between 1 and 3650),
  add column empties_trash_after_days int not null default 30 check (empties_trash_after_days between 1 and 3650);
