-- Generated from the migrations for people to read: npm run schema. Do not edit, do not run.

create extension btree_gin;
create extension pg_trgm;
create extension unaccent;

create table account (
  id uuid not null,
  email text not null,
  password_hash text,
  totp_secret bytea,
  totp_on boolean not null default false,
  totp_step bigint not null default 0,
  recovery text[] not null default '{}'::text[],
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX account_email ON public.account USING btree (lower(email));

create table acknowledged (
  workspace_id uuid not null,
  address text not null,
  day date not null,
  count integer not null default 0,
  last_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, address, day),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table acknowledged enable row level security;
alter table acknowledged force row level security;
create policy own on acknowledged for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table allowed_sender (
  workspace_id uuid not null,
  id uuid not null,
  pattern text not null,
  by_id uuid,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX allowed_sender_pattern ON public.allowed_sender USING btree (workspace_id, pattern);
alter table allowed_sender enable row level security;
alter table allowed_sender force row level security;
create policy own on allowed_sender for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table api_key (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  name text not null,
  scopes text[] not null,
  person_id uuid not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX api_key_token ON public.api_key USING btree (workspace_id, token_hash);
alter table api_key enable row level security;
alter table api_key force row level security;
create policy own on api_key for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table attempt (
  key text not null,
  count integer not null,
  until timestamp with time zone not null,
  PRIMARY KEY (key)
);

create table blob (
  workspace_id uuid not null,
  hash bytea not null,
  size bigint not null,
  pack text not null,
  start bigint not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, hash),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table blob enable row level security;
alter table blob force row level security;
create policy own on blob for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table blocked_sender (
  workspace_id uuid not null,
  id uuid not null,
  pattern text not null,
  created_at timestamp with time zone not null default now(),
  by_id uuid,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX blocked_sender_pattern ON public.blocked_sender USING btree (workspace_id, pattern);
alter table blocked_sender enable row level security;
alter table blocked_sender force row level security;
create policy own on blocked_sender for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table brand (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table brand enable row level security;
alter table brand force row level security;
create policy own on brand for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table bulk (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  key_id uuid,
  action jsonb not null,
  state text not null default 'running'::text,
  total integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  undone integer not null default 0,
  kept integer not null default 0,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['running'::text, 'stopped'::text, 'done'::text, 'undoing'::text, 'undone'::text])))
);
alter table bulk enable row level security;
alter table bulk force row level security;
create policy own on bulk for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table bulk_item (
  workspace_id uuid not null,
  bulk_id uuid not null,
  conversation_id uuid not null,
  state text not null default 'todo'::text,
  before jsonb,
  version integer,
  PRIMARY KEY (workspace_id, bulk_id, conversation_id),
  FOREIGN KEY (workspace_id, bulk_id) REFERENCES bulk(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['todo'::text, 'done'::text, 'skipped'::text, 'undone'::text, 'kept'::text])))
);
CREATE INDEX bulk_item_todo ON public.bulk_item USING btree (workspace_id, bulk_id, state, conversation_id);
alter table bulk_item enable row level security;
alter table bulk_item force row level security;
create policy own on bulk_item for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table company (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  domain text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX company_domain ON public.company USING btree (workspace_id, domain);
alter table company enable row level security;
alter table company force row level security;
create policy own on company for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table conversation (
  workspace_id uuid not null,
  id uuid not null,
  number bigint not null,
  inbox_id uuid not null,
  channel text not null,
  customer_id uuid not null,
  customer_name text not null,
  customer_address text not null,
  subject text not null,
  status text not null default 'open'::text,
  folder text not null default 'inbox'::text,
  priority text not null default 'normal'::text,
  category text,
  assignee_id uuid,
  team_id uuid,
  tags text[] not null default '{}'::text[],
  participants jsonb not null default '[]'::jsonb,
  snippet text not null default ''::text,
  last_from text not null default 'customer'::text,
  snoozed_until timestamp with time zone,
  waiting_since timestamp with time zone,
  resolved_at timestamp with time zone,
  message_count integer not null default 0,
  merged_into uuid,
  merge_undo jsonb,
  follows uuid,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  last_at timestamp with time zone not null default now(),
  spam jsonb,
  split_undo jsonb,
  trashed_at timestamp with time zone,
  scheduled_at timestamp with time zone,
  held boolean not null default false,
  consulted jsonb not null default '[]'::jsonb,
  mentioned uuid[] not null default '{}'::uuid[],
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id),
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id),
  CHECK ((folder = ANY (ARRAY['inbox'::text, 'spam'::text, 'trash'::text]))),
  CHECK ((last_from = ANY (ARRAY['customer'::text, 'team'::text]))),
  CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
  CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'snoozed'::text, 'resolved'::text, 'closed'::text])))
);
CREATE INDEX conversation_all ON public.conversation USING btree (workspace_id, folder, last_at DESC, id DESC) WHERE (merged_into IS NULL);
CREATE INDEX conversation_assignee ON public.conversation USING btree (workspace_id, assignee_id, status, last_at DESC, id DESC) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL) AND (assignee_id IS NOT NULL));
CREATE INDEX conversation_customer ON public.conversation USING btree (workspace_id, customer_id, last_at DESC);
CREATE INDEX conversation_follows ON public.conversation USING btree (workspace_id, follows) WHERE (follows IS NOT NULL);
CREATE INDEX conversation_inbox ON public.conversation USING btree (workspace_id, inbox_id, last_at DESC);
CREATE INDEX conversation_mentioned ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE (mentioned <> '{}'::uuid[]);
CREATE INDEX conversation_merged ON public.conversation USING btree (workspace_id, merged_into) WHERE (merged_into IS NOT NULL);
CREATE UNIQUE INDEX conversation_number ON public.conversation USING btree (workspace_id, number);
CREATE INDEX conversation_open ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = 'open'::text) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_resolved ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = ANY (ARRAY['resolved'::text, 'closed'::text])) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_scheduled ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((scheduled_at IS NOT NULL) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_status ON public.conversation USING btree (workspace_id, status, last_at DESC, id DESC) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL) AND (status <> 'open'::text));
CREATE INDEX conversation_tagged ON public.conversation USING btree (workspace_id, last_at DESC) WHERE (tags <> '{}'::text[]);
CREATE INDEX conversation_tags ON public.conversation USING gin (workspace_id, tags) WHERE (tags <> '{}'::text[]);
CREATE INDEX conversation_team ON public.conversation USING btree (workspace_id, team_id, last_at DESC) WHERE (team_id IS NOT NULL);
CREATE INDEX conversation_trashed ON public.conversation USING btree (workspace_id, trashed_at) WHERE (folder = 'trash'::text);
CREATE INDEX conversation_unassigned ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = 'open'::text) AND (folder = 'inbox'::text) AND (merged_into IS NULL) AND (assignee_id IS NULL));
alter table conversation enable row level security;
alter table conversation force row level security;
create policy own on conversation for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table conversation_link (
  workspace_id uuid not null,
  conversation_id uuid not null,
  other_id uuid not null,
  why text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, conversation_id, other_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, other_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK ((why = ANY (ARRAY['same_mail'::text, 'split'::text, 'maybe'::text])))
);
CREATE INDEX conversation_link_other ON public.conversation_link USING btree (workspace_id, other_id);
alter table conversation_link enable row level security;
alter table conversation_link force row level security;
create policy own on conversation_link for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table counter (
  workspace_id uuid not null,
  conversations bigint not null default 0,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table counter enable row level security;
alter table counter force row level security;
create policy own on counter for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table customer (
  workspace_id uuid not null,
  id uuid not null,
  company_id uuid,
  name text not null default ''::text,
  language text,
  time_zone text,
  away_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, company_id) REFERENCES company(workspace_id, id)
);
CREATE INDEX customer_company ON public.customer USING btree (workspace_id, company_id) WHERE (company_id IS NOT NULL);
alter table customer enable row level security;
alter table customer force row level security;
create policy own on customer for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table dkim_key (
  workspace_id uuid not null,
  id uuid not null,
  domain text not null,
  selector text not null,
  algorithm text not null,
  public_key text not null,
  secret bytea not null,
  state text not null default 'waiting'::text,
  created_at timestamp with time zone not null default now(),
  signing_at timestamp with time zone,
  retired_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, domain, selector),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((algorithm = ANY (ARRAY['rsa'::text, 'ed25519'::text]))),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'signing'::text, 'retired'::text])))
);
alter table dkim_key enable row level security;
alter table dkim_key force row level security;
create policy own on dkim_key for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table draft (
  workspace_id uuid not null,
  conversation_id uuid not null,
  person_id uuid not null,
  kind text not null default 'reply'::text,
  text text not null default ''::text,
  cc jsonb not null default '[]'::jsonb,
  bcc jsonb not null default '[]'::jsonb,
  attachments text[] not null default '{}'::text[],
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, conversation_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['reply'::text, 'note'::text])))
);
alter table draft enable row level security;
alter table draft force row level security;
create policy own on draft for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER note_gone AFTER DELETE ON public.draft FOR EACH ROW WHEN ((old.kind = 'note'::text)) EXECUTE FUNCTION note_draft_follows();
CREATE TRIGGER note_kept AFTER INSERT OR UPDATE ON public.draft FOR EACH ROW WHEN ((new.kind = 'note'::text)) EXECUTE FUNCTION note_draft_follows();

create table event (
  workspace_id uuid not null,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  name text not null,
  conversation_id uuid,
  message_id uuid,
  actor_kind text not null,
  actor_id uuid,
  data jsonb not null default '{}'::jsonb,
  because uuid,
  depth smallint not null default 0,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((actor_kind = ANY (ARRAY['person'::text, 'customer'::text, 'system'::text, 'key'::text])))
);
CREATE INDEX event_conversation ON public.event USING btree (workspace_id, conversation_id, at, id) WHERE (conversation_id IS NOT NULL);
CREATE INDEX event_passing ON public.event USING btree (workspace_id, at) WHERE (name = ANY (ARRAY['conversation.seen'::text, 'draft.saved'::text, 'draft.deleted'::text, 'notification.made'::text]));
CREATE INDEX event_xid ON public.event USING btree (xid);
alter table event enable row level security;
create policy own on event for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table event_cursor (
  subscriber text not null,
  xid xid8 not null,
  done uuid[] not null default '{}'::uuid[],
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (subscriber)
);

create table handle (
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  customer_id uuid not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, kind, value),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX handle_customer ON public.handle USING btree (workspace_id, customer_id);
alter table handle enable row level security;
alter table handle force row level security;
create policy own on handle for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table idempotency (
  workspace_id uuid not null,
  actor_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  reply jsonb,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, actor_id, key),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_age ON public.idempotency USING btree (workspace_id, created_at);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy own on idempotency for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table inbound_mail (
  workspace_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  source text not null,
  folder text not null default ''::text,
  uidvalidity bigint,
  uid bigint,
  raw_hash bytea,
  size bigint not null default 0,
  envelope jsonb not null default '{}'::jsonb,
  state text not null,
  reason text not null default ''::text,
  sender text not null default ''::text,
  subject text not null default ''::text,
  message_id uuid,
  attempts integer not null default 0,
  received_at timestamp with time zone not null default now(),
  asked_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((source = ANY (ARRAY['imap'::text, 'smtp'::text, 'pipe'::text, 'http'::text, 'mailgun'::text, 'postmark'::text, 'sendgrid'::text, 'ses'::text, 'import'::text]))) NOT VALID,
  CHECK ((state = ANY (ARRAY['stored'::text, 'processed'::text, 'quarantined'::text, 'ignored'::text])))
);
CREATE INDEX inbound_mail_hash ON public.inbound_mail USING btree (workspace_id, inbox_id, raw_hash);
CREATE INDEX inbound_mail_left ON public.inbound_mail USING btree (received_at) WHERE (state = 'stored'::text);
CREATE INDEX inbound_mail_open ON public.inbound_mail USING btree (workspace_id, state, received_at) WHERE (state = ANY (ARRAY['stored'::text, 'quarantined'::text]));
CREATE UNIQUE INDEX inbound_mail_uid ON public.inbound_mail USING btree (workspace_id, inbox_id, folder, uidvalidity, uid) WHERE (uid IS NOT NULL);
alter table inbound_mail enable row level security;
create policy own on inbound_mail for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table inbox (
  workspace_id uuid not null,
  id uuid not null,
  brand_id uuid not null,
  channel text not null,
  name text not null,
  address text not null,
  enabled boolean not null default true,
  settings jsonb not null default '{}'::jsonb,
  secrets bytea,
  state text not null default 'new'::text,
  state_text text not null default ''::text,
  state_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  trouble_since timestamp with time zone,
  told_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, brand_id) REFERENCES brand(workspace_id, id),
  CHECK ((state = ANY (ARRAY['new'::text, 'working'::text, 'trouble'::text, 'paused'::text])))
);
CREATE UNIQUE INDEX inbox_address ON public.inbox USING btree (workspace_id, channel, lower(address)) WHERE (deleted_at IS NULL);
CREATE INDEX inbox_by_address ON public.inbox USING btree (lower(address)) WHERE ((channel = 'email'::text) AND (deleted_at IS NULL));
CREATE INDEX inbox_by_id ON public.inbox USING btree (id);
alter table inbox enable row level security;
create policy own on inbox for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table link (
  token_hash bytea not null,
  id uuid not null,
  purpose text not null,
  workspace_id uuid,
  account_id uuid,
  data jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (token_hash),
  UNIQUE (id),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((purpose = ANY (ARRAY['setup'::text, 'invite'::text, 'reset'::text])))
);
CREATE INDEX link_workspace ON public.link USING btree (workspace_id, purpose) WHERE (used_at IS NULL);

create table mail_domain (
  workspace_id uuid not null,
  domain text not null,
  findings jsonb not null default '[]'::jsonb,
  checked_at timestamp with time zone,
  PRIMARY KEY (workspace_id, domain),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table mail_domain enable row level security;
alter table mail_domain force row level security;
create policy own on mail_domain for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mail_import (
  workspace_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  path text not null,
  state text not null default 'running'::text,
  state_text text not null default ''::text,
  round bigint not null default 1,
  "position" jsonb not null default '{}'::jsonb,
  place bigint not null default 0,
  counted bigint not null default 0,
  bytes_total bigint not null default 0,
  bytes_done bigint not null default 0,
  imported bigint not null default 0,
  known bigint not null default 0,
  quarantined bigint not null default 0,
  ignored bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['running'::text, 'stopping'::text, 'stopped'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX mail_import_inbox ON public.mail_import USING btree (workspace_id, inbox_id, created_at);
alter table mail_import enable row level security;
alter table mail_import force row level security;
create policy own on mail_import for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mail_provider (
  workspace_id uuid not null,
  provider text not null,
  client_id text not null,
  tenant text not null default ''::text,
  secret bytea not null,
  changed_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, provider),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text])))
);
alter table mail_provider enable row level security;
alter table mail_provider force row level security;
create policy own on mail_provider for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mailbox (
  workspace_id uuid not null,
  inbox_id uuid not null,
  folder text not null,
  uidvalidity bigint not null,
  last_uid bigint not null default 0,
  swept_at timestamp with time zone,
  connected_at timestamp with time zone not null default now(),
  first_uid bigint not null default 0,
  history_uid bigint not null default 0,
  renumbered_below bigint not null default 0,
  waiting integer not null default 0,
  read_at timestamp with time zone,
  PRIMARY KEY (workspace_id, inbox_id, folder),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE
);
alter table mailbox enable row level security;
alter table mailbox force row level security;
create policy own on mailbox for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mailbox_grant (
  workspace_id uuid not null,
  inbox_id uuid not null,
  provider text not null,
  account text not null,
  secret bytea not null,
  expires_at timestamp with time zone not null,
  version integer not null default 1,
  leased_until timestamp with time zone,
  failures integer not null default 0,
  next_at timestamp with time zone,
  refused_at timestamp with time zone,
  refusal text not null default ''::text,
  PRIMARY KEY (workspace_id, inbox_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text])))
);
alter table mailbox_grant enable row level security;
alter table mailbox_grant force row level security;
create policy own on mailbox_grant for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mailbox_sign_in (
  workspace_id uuid not null,
  id uuid not null,
  provider text not null,
  state_hash bytea not null,
  session_id uuid not null,
  person_id uuid not null,
  inbox_id uuid,
  secret bytea not null,
  state text not null default 'begun'::text,
  account text not null default ''::text,
  said text not null default ''::text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
  CHECK ((state = ANY (ARRAY['begun'::text, 'ready'::text, 'used'::text, 'failed'::text])))
);
CREATE INDEX mailbox_sign_in_over ON public.mailbox_sign_in USING btree (workspace_id, expires_at);
alter table mailbox_sign_in enable row level security;
alter table mailbox_sign_in force row level security;
create policy own on mailbox_sign_in for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table message (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  inbox_id uuid,
  type text not null,
  kind text not null default 'message'::text,
  author_id uuid,
  customer_id uuid,
  sender jsonb,
  recipients jsonb not null default '{}'::jsonb,
  subject text not null default ''::text,
  text text not null default ''::text,
  quote text not null default ''::text,
  has_html boolean not null default false,
  attachments jsonb not null default '[]'::jsonb,
  automatic boolean not null default false,
  external_id text,
  in_reply_to text,
  reference_ids text[] not null default '{}'::text[],
  raw_hash bytea,
  dedupe bytea,
  status_before text,
  state text,
  state_reason text,
  send_at timestamp with time zone,
  sent_at timestamp with time zone,
  attempts integer not null default 0,
  fence bigint not null default 0,
  lease_until timestamp with time zone,
  version integer not null default 1,
  at timestamp with time zone not null default now(),
  authentication jsonb,
  spam jsonb,
  same_id boolean not null default false,
  forwarded jsonb,
  delivery jsonb,
  plan jsonb,
  aside boolean not null default false,
  parsed jsonb,
  people_before jsonb,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'deferred'::text, 'failed'::text, 'unknown'::text, 'bounced'::text, 'cancelled'::text]))),
  CHECK ((type = ANY (ARRAY['in'::text, 'out'::text, 'note'::text])))
);
CREATE INDEX message_conversation ON public.message USING btree (workspace_id, conversation_id, at, id);
CREATE UNIQUE INDEX message_dedupe ON public.message USING btree (workspace_id, inbox_id, dedupe) WHERE (dedupe IS NOT NULL);
CREATE INDEX message_due ON public.message USING btree (send_at) WHERE (state = ANY (ARRAY['queued'::text, 'deferred'::text]));
CREATE INDEX message_external ON public.message USING btree (workspace_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX message_leased ON public.message USING btree (lease_until) WHERE (state = 'sending'::text);
alter table message enable row level security;
create policy own on message for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);

create table named_id (
  workspace_id uuid not null,
  external_id text not null,
  conversation_id uuid not null,
  message_id uuid,
  PRIMARY KEY (workspace_id, external_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX named_id_conversation ON public.named_id USING btree (workspace_id, conversation_id);
alter table named_id enable row level security;
alter table named_id force row level security;
create policy own on named_id for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table note_draft (
  workspace_id uuid not null,
  conversation_id uuid not null,
  person_id uuid not null,
  text text not null default ''::text,
  attachments text[] not null default '{}'::text[],
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, conversation_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE
);
alter table note_draft enable row level security;
alter table note_draft force row level security;
create policy own on note_draft for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table notification (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  conversation_id uuid,
  event_id uuid not null,
  title text not null default ''::text,
  text text not null default ''::text,
  at timestamp with time zone not null default now(),
  seen_at timestamp with time zone,
  inbox_id uuid,
  sender text not null default ''::text,
  ways text[] not null default '{}'::text[],
  in_app boolean not null default true,
  waits boolean not null default false,
  told_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX notification_conversation ON public.notification USING btree (workspace_id, conversation_id) WHERE (conversation_id IS NOT NULL);
CREATE UNIQUE INDEX notification_once ON public.notification USING btree (workspace_id, person_id, event_id);
CREATE INDEX notification_person ON public.notification USING btree (workspace_id, person_id, at DESC, id DESC);
CREATE INDEX notification_unseen ON public.notification USING btree (workspace_id, person_id, conversation_id) WHERE (seen_at IS NULL);
alter table notification enable row level security;
alter table notification force row level security;
create policy own on notification for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table notification_choice (
  workspace_id uuid not null,
  person_id uuid not null,
  ways jsonb not null default '{}'::jsonb,
  quiet jsonb,
  digest jsonb,
  digest_at timestamp with time zone,
  changed_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE
);
alter table notification_choice enable row level security;
alter table notification_choice force row level security;
create policy own on notification_choice for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table person (
  workspace_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  name text not null,
  email text not null,
  role text not null,
  active boolean not null default true,
  language text not null default 'en'::text,
  time_zone text not null default 'UTC'::text,
  signature text not null default ''::text,
  settings jsonb not null default '{}'::jsonb,
  last_seen_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((role = ANY (ARRAY['owner'::text, 'manager'::text, 'lead'::text, 'representative'::text, 'specialist'::text, 'viewer'::text])))
);
CREATE UNIQUE INDEX person_account ON public.person USING btree (workspace_id, account_id);
CREATE INDEX person_by_account ON public.person USING btree (account_id);
alter table person enable row level security;
create policy own on person for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table picture_sender (
  workspace_id uuid not null,
  address text not null,
  person_id uuid,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, address),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table picture_sender enable row level security;
alter table picture_sender force row level security;
create policy own on picture_sender for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table provider (
  workspace_id uuid not null,
  inbox_id uuid not null,
  name text not null,
  settings jsonb not null default '{}'::jsonb,
  secrets bytea,
  first_at timestamp with time zone,
  last_at timestamp with time zone,
  trouble text not null default ''::text,
  trouble_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, inbox_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  CHECK ((name = ANY (ARRAY['mailgun'::text, 'postmark'::text, 'sendgrid'::text, 'ses'::text])))
);
alter table provider enable row level security;
alter table provider force row level security;
create policy own on provider for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table provider_request (
  workspace_id uuid not null,
  inbox_id uuid not null,
  mark bytea not null,
  done boolean not null default false,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, inbox_id, mark),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX provider_request_age ON public.provider_request USING btree (workspace_id, inbox_id, at);
alter table provider_request enable row level security;
alter table provider_request force row level security;
create policy own on provider_request for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table push_browser (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  session_id uuid not null,
  endpoint_hash bytea not null,
  sealed bytea not null,
  agent text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  told_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, endpoint_hash),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX push_browser_person ON public.push_browser USING btree (workspace_id, person_id);
alter table push_browser enable row level security;
alter table push_browser force row level security;
create policy own on push_browser for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table saved_view (
  workspace_id uuid not null,
  id uuid not null,
  owner_id uuid,
  team_id uuid,
  name text not null,
  icon text not null,
  filter jsonb not null,
  "position" integer not null default 0,
  created_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, owner_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team(workspace_id, id) ON DELETE CASCADE
);
alter table saved_view enable row level security;
alter table saved_view force row level security;
create policy own on saved_view for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table search_name (
  workspace_id uuid not null,
  customer_id uuid not null,
  folded text not null,
  PRIMARY KEY (workspace_id, customer_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX search_name_trigrams ON public.search_name USING gin (workspace_id, folded gin_trgm_ops);
alter table search_name enable row level security;
create policy own on search_name for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table search_row (
  workspace_id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  bucket integer not null,
  words tsvector not null,
  PRIMARY KEY (workspace_id, message_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX search_conversation ON public.search_row USING btree (workspace_id, conversation_id);
CREATE INDEX search_words ON public.search_row USING gin (workspace_id, bucket, words);
alter table search_row enable row level security;
create policy own on search_row for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table seen (
  workspace_id uuid not null,
  conversation_id uuid not null,
  person_id uuid not null,
  up_to timestamp with time zone not null,
  PRIMARY KEY (workspace_id, conversation_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE
);
alter table seen enable row level security;
alter table seen force row level security;
create policy own on seen for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table session (
  token_hash bytea not null,
  id uuid not null,
  account_id uuid not null,
  workspace_id uuid,
  csrf text not null,
  ip text not null default ''::text,
  agent text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  PRIMARY KEY (token_hash),
  UNIQUE (id),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX session_account ON public.session USING btree (account_id);

create table spam_filter (
  workspace_id uuid not null,
  threshold real not null default 5,
  version bigint not null default 1,
  spam integer not null default 0,
  good integer not null default 0,
  counts bytea,
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table spam_filter enable row level security;
alter table spam_filter force row level security;
create policy own on spam_filter for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table spam_lesson (
  workspace_id uuid not null,
  conversation_id uuid not null,
  spam boolean not null,
  features bytea not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX spam_lesson_oldest ON public.spam_lesson USING btree (workspace_id, spam, at);
alter table spam_lesson enable row level security;
alter table spam_lesson force row level security;
create policy own on spam_lesson for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table system_mail (
  workspace_id uuid not null,
  name text not null,
  subject text not null,
  body text not null,
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, name),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table system_mail enable row level security;
alter table system_mail force row level security;
create policy own on system_mail for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table team (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX team_name ON public.team USING btree (workspace_id, lower(name));
alter table team enable row level security;
alter table team force row level security;
create policy own on team for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table team_person (
  workspace_id uuid not null,
  team_id uuid not null,
  person_id uuid not null,
  PRIMARY KEY (workspace_id, team_id, person_id),
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team(workspace_id, id) ON DELETE CASCADE
);
alter table team_person enable row level security;
alter table team_person force row level security;
create policy own on team_person for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table tombstone (
  workspace_id uuid not null,
  inbox_id uuid not null,
  dedupe bytea not null,
  external_id text,
  deleted_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, inbox_id, dedupe),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table tombstone enable row level security;
alter table tombstone force row level security;
create policy own on tombstone for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table upload (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  hash bytea not null,
  filename text not null,
  content_type text not null,
  size bigint not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table upload enable row level security;
alter table upload force row level security;
create policy own on upload for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table workspace (
  id uuid not null,
  name text not null,
  language text not null default 'en'::text,
  time_zone text not null default 'UTC'::text,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  closes_after_days integer not null default 14,
  empties_trash_after_days integer not null default 30,
  PRIMARY KEY (id),
  CHECK (((closes_after_days >= 1) AND (closes_after_days <= 3650))),
  CHECK (((empties_trash_after_days >= 1) AND (empties_trash_after_days <= 3650)))
);

CREATE OR REPLACE FUNCTION public.app_add_job(name text, payload json, queue text, run_at timestamp with time zone, tries integer, key text, lanes text[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select graphile_worker.add_job(name, payload, queue, run_at, tries, key, null, lanes, 'replace') $function$
;

CREATE OR REPLACE FUNCTION public.app_cancel_job(key text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select graphile_worker.remove_job(key) $function$
;

CREATE OR REPLACE FUNCTION public.deliveries_due(most integer)
 RETURNS TABLE(workspace_id uuid, message_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select m.workspace_id, m.id from message m where m.state in ('queued', 'deferred') and m.send_at < now() - interval '3 minutes' order by m.send_at limit most $function$
;

CREATE OR REPLACE FUNCTION public.events_since(since xid8, most integer)
 RETURNS SETOF event
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select * from event where xid >= since order by xid, id limit most $function$
;

CREATE OR REPLACE FUNCTION public.inbox_home(inbox uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select i.workspace_id from inbox i where i.id = inbox and i.channel = 'email' and i.deleted_at is null $function$
;

CREATE OR REPLACE FUNCTION public.inboxes_for(addresses text[])
 RETURNS TABLE(workspace_id uuid, inbox_id uuid, address text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select i.workspace_id, i.id, lower(i.address) from inbox i where i.channel = 'email' and i.deleted_at is null and lower(i.address) = any (addresses) $function$
;

CREATE OR REPLACE FUNCTION public.inboxes_of(channel_name text)
 RETURNS TABLE(workspace_id uuid, inbox_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select i.workspace_id, i.id from inbox i where i.channel = channel_name and i.enabled and i.deleted_at is null order by 1, 2 $function$
;

CREATE OR REPLACE FUNCTION public.leases_lost(most integer)
 RETURNS TABLE(workspace_id uuid, message_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select m.workspace_id, m.id from message m where m.state = 'sending' and m.lease_until < now() limit most $function$
;

CREATE OR REPLACE FUNCTION public.mail_left(most integer)
 RETURNS TABLE(workspace_id uuid, mail_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select m.workspace_id, m.id from inbound_mail m where m.state = 'stored' and m.received_at < now() - interval '20 seconds' order by m.received_at limit most $function$
;

CREATE OR REPLACE FUNCTION public.note_draft_follows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' then
    delete from note_draft where workspace_id = old.workspace_id and conversation_id = old.conversation_id and person_id = old.person_id;
  else
    insert into note_draft (workspace_id, conversation_id, person_id, text, attachments, updated_at)
    values (new.workspace_id, new.conversation_id, new.person_id, new.text, new.attachments, new.updated_at)
    on conflict (workspace_id, conversation_id, person_id) do update set text = excluded.text, attachments = excluded.attachments, updated_at = excluded.updated_at;
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.places_of(account uuid)
 RETURNS TABLE(workspace_id uuid, person_id uuid, name text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select p.workspace_id, p.id, w.name, p.role from person p join workspace w on w.id = p.workspace_id
   where p.account_id = account and p.active order by w.created_at, w.id $function$
;

CREATE OR REPLACE FUNCTION public.search_customers(folded_query text, most integer)
 RETURNS TABLE(customer_id uuid, nearness real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "pg_trgm.word_similarity_threshold" TO '0.5'
AS $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  inside text := replace(replace(replace(folded_query, '\', '\\'), '%', '\%'), '_', '\_');
begin
  if length(folded_query) < 6 then
    return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real from search_name s
      where s.workspace_id = place and s.folded like '%' || inside || '%' order by 2 desc, 1 limit most;
  else
    return query select s.customer_id, word_similarity(folded_query, s.folded) from search_name s
      where s.workspace_id = place and folded_query <% s.folded order by 2 desc, 1 limit most;
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.search_messages(query tsquery, high integer, below uuid, most integer)
 RETURNS TABLE(bucket integer, conversation_id uuid, message_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  here int := high;
  looked int := 0;
  got int := 0;
  n int;
begin
  while here >= 0 and got < most loop
    -- As frequent as in the buckets so far, how many would all the rest hold? Up to 1,500 are read faster than they are gone through.
    if looked >= 2 and got::bigint * (here + 1) <= 1500 * looked then
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.words @@ query and s.bucket + 0 <= here)
        select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
      return;
    end if;
    return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
        where s.workspace_id = place and s.bucket = here and s.words @@ query and (below is null or here < high or s.conversation_id < below))
      select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
      order by f.conversation_id desc, f.message_id desc limit most - got;
    get diagnostics n = row_count;
    got := got + n;
    looked := looked + 1;
    here := here - 1;
  end loop;
end $function$
;
