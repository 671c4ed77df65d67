-- What each person wants to hear of, and how. No row: what the preset "Everything that is mine" says.
create table notification_choice (
  workspace_id uuid not null references workspace (id) on delete cascade,
  person_id uuid not null,
  ways jsonb not null default '{}',
  quiet jsonb,
  digest jsonb,
  -- The time their next digest is planned for; null when nothing waits for one.
  digest_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, person_id),
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete cascade
);
alter table notification_choice enable row level security;
alter table notification_choice force row level security;
create policy own on notification_choice using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- Browsers that asked to be told by push. Where and with which keys is sealed; a hash of the address tells one from another.
create table push_browser (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  person_id uuid not null,
  session_id uuid not null,
  endpoint_hash bytea not null,
  sealed bytea not null,
  agent text not null default '',
  created_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, endpoint_hash),
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete cascade
);
create index push_browser_person on push_browser (workspace_id, person_id);
alter table push_browser enable row level security;
alter table push_browser force row level security;
create policy own on push_browser using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- Whose words it tells, how it is told besides (push, mail), whether it stands in the app, whether it waits for a digest,
-- and when it was handed on.
alter table notification add column sender text not null default '';
alter table notification add column ways text[] not null default '{}';
alter table notification add column in_app boolean not null default true;
alter table notification add column waits boolean not null default false;
alter table notification add column told_at timestamptz;
create index notification_unseen on notification (workspace_id, person_id, conversation_id) where seen_at is null;
