-- Which saved answer was put into which message. Without a message it was put into a text that has not been sent.
create table snippet_use (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  -- Null when it was deleted since: the message was no less made from it.
  snippet_id uuid,
  conversation_id uuid not null,
  person_id uuid not null,
  message_id uuid,
  at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, snippet_id) references snippet (workspace_id, id) on delete set null (snippet_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, message_id) references message (workspace_id, id) on delete cascade
);
create unique index snippet_use_waits on snippet_use (workspace_id, conversation_id, person_id, snippet_id) where message_id is null;
create index snippet_use_in on snippet_use (workspace_id, conversation_id) where message_id is not null;
create index snippet_use_message on snippet_use (workspace_id, message_id) where message_id is not null;
create index snippet_use_of on snippet_use (workspace_id, snippet_id, at) where message_id is not null;

alter table snippet_use enable row level security;
alter table snippet_use force row level security;
create policy own on snippet_use using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
