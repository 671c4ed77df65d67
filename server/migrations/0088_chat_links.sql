-- Links that open one chat of a visitor in another browser: they go by mail, work once and not for long. The token stands nowhere, only its hash.
create table chat_link (
  workspace_id uuid not null references workspace (id) on delete cascade,
  token_hash bytea not null,
  chat_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, chat_id) references chat (workspace_id, id) on delete cascade
);
create index chat_link_chat on chat_link (workspace_id, chat_id);
alter table chat_link enable row level security;
alter table chat_link force row level security;
create policy own on chat_link using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- A visit that such a link began sees that one chat and nothing else.
alter table visitor_session add column chat_id uuid;
alter table visitor_session add foreign key (workspace_id, chat_id) references chat (workspace_id, id) on delete cascade;
-- Visitors who never wrote are forgotten a while after they were here last.
create index visitor_silent on visitor (workspace_id, seen_at) where customer_id is null;
-- The files that a visitor gave and never sent go with them.
create index upload_visitor on upload (workspace_id, visitor_id) where visitor_id is not null;
