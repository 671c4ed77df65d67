-- A provider that receives mail for an inbox and posts it to us: one an inbox. Its secrets are sealed.
create table provider (
  workspace_id uuid not null references workspace on delete cascade,
  inbox_id uuid not null,
  name text not null check (name in ('mailgun', 'postmark', 'sendgrid', 'ses')),
  settings jsonb not null default '{}',
  secrets bytea,
  first_at timestamptz,
  last_at timestamptz,
  trouble text not null default '',
  trouble_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, inbox_id),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade
);

-- What a provider signed counts once: a request that was taken is not taken again. `done` is false while it is being taken.
create table provider_request (
  workspace_id uuid not null references workspace on delete cascade,
  inbox_id uuid not null,
  mark bytea not null,
  done boolean not null default false,
  at timestamptz not null default now(),
  primary key (workspace_id, inbox_id, mark),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade
);
create index provider_request_age on provider_request (workspace_id, inbox_id, at);

-- An archive (mbox files, Maildir folders) on its way in, and how far it is. Each of its mails is a row of inbound_mail whose folder
-- is `import:` and this id, whose uidvalidity is the round and whose uid is its place: so no mail of it is taken twice.
create table mail_import (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  inbox_id uuid not null,
  path text not null,
  state text not null default 'running' check (state in ('running', 'stopping', 'stopped', 'done', 'failed')),
  state_text text not null default '',
  round bigint not null default 1,
  position jsonb not null default '{}',
  place bigint not null default 0,
  counted bigint not null default 0,
  bytes_total bigint not null default 0,
  bytes_done bigint not null default 0,
  imported bigint not null default 0,
  known bigint not null default 0,
  quarantined bigint not null default 0,
  ignored bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade
);
create index mail_import_inbox on mail_import (workspace_id, inbox_id, created_at);

alter table provider enable row level security;
alter table provider force row level security;
create policy own on provider for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
alter table provider_request enable row level security;
alter table provider_request force row level security;
create policy own on provider_request for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
alter table mail_import enable row level security;
alter table mail_import force row level security;
create policy own on mail_import for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

-- More ways in. Not validated: what is there already kept to the narrower rule, and reading a large table under this lock would hold up intake.
alter table inbound_mail drop constraint inbound_mail_source_check;
alter table inbound_mail add constraint inbound_mail_source_check
  check (source in ('imap', 'smtp', 'pipe', 'http', 'mailgun', 'postmark', 'sendgrid', 'ses', 'import')) not valid;
