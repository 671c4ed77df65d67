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

create table active_customers (
  workspace_id uuid not null,
  week date not null,
  customers integer not null,
  PRIMARY KEY (workspace_id, week),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((customers > 0))
);
alter table active_customers enable row level security;
alter table active_customers force row level security;
create policy own on active_customers for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
CREATE TRIGGER audited AFTER INSERT OR DELETE ON public.allowed_sender FOR EACH ROW EXECUTE FUNCTION audited('settings', 'allowed_sender', 'pattern', 'by_id');

create table answered_challenge (
  hash bytea not null,
  until timestamp with time zone not null,
  PRIMARY KEY (hash)
);

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
  per_minute integer,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  CHECK ((per_minute > 0))
);
CREATE UNIQUE INDEX api_key_token ON public.api_key USING btree (workspace_id, token_hash);
alter table api_key enable row level security;
alter table api_key force row level security;
create policy own on api_key for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.api_key FOR EACH ROW EXECUTE FUNCTION audited('people', 'api_key', 'token_hash', 'last_used_at');

create table ask (
  workspace_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  kind text not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['mood'::text, 'survey'::text])))
);
CREATE INDEX ask_customer ON public.ask USING btree (workspace_id, customer_id, at);
alter table ask enable row level security;
alter table ask force row level security;
create policy own on ask for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table attempt (
  key text not null,
  count integer not null,
  until timestamp with time zone not null,
  PRIMARY KEY (key)
);

create table attendance (
  workspace_id uuid not null,
  person_id uuid not null,
  seen_at timestamp with time zone,
  away_since timestamp with time zone,
  most integer,
  PRIMARY KEY (workspace_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  CHECK (((most >= 0) AND (most <= 100)))
);
alter table attendance enable row level security;
alter table attendance force row level security;
create policy own on attendance for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER UPDATE OF most ON public.attendance FOR EACH ROW EXECUTE FUNCTION audited('settings', 'attendance', '', 'seen_at,away_since');

create table audit (
  workspace_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null default now(),
  area text not null,
  what text not null,
  actor_kind text not null,
  actor_id uuid,
  about_kind text not null default ''::text,
  about_id text not null default ''::text,
  name text not null default ''::text,
  facts jsonb not null default '{}'::jsonb,
  ip text not null default ''::text,
  agent text not null default ''::text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'system'::text, 'nobody'::text]))),
  CHECK ((area = ANY (ARRAY['settings'::text, 'people'::text, 'sign-in'::text, 'data'::text, 'machine'::text])))
);
CREATE INDEX audit_actor ON public.audit USING btree (workspace_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_area ON public.audit USING btree (workspace_id, area, at DESC, id DESC);
CREATE INDEX audit_at ON public.audit USING btree (workspace_id, at DESC, id DESC);
alter table audit enable row level security;
alter table audit force row level security;
create policy own on audit for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER is_not_emptied BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_not_emptied();
CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION audit_stays();

create table backup (
  id uuid not null,
  place text not null,
  state text not null default 'running'::text,
  scheduled boolean not null default false,
  progress real not null default 0,
  bytes bigint not null default 0,
  size bigint not null default 0,
  encrypted boolean not null default false,
  reason text not null default ''::text,
  began_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  why jsonb,
  PRIMARY KEY (id),
  CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX backup_began ON public.backup USING btree (began_at DESC);

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
CREATE TRIGGER audited AFTER INSERT OR DELETE ON public.blocked_sender FOR EACH ROW EXECUTE FUNCTION audited('settings', 'blocked_sender', 'pattern', 'by_id');

create table brand (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  site text not null default ''::text,
  colour text not null default ''::text,
  logo_hash bytea,
  logo_type text not null default ''::text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table brand enable row level security;
alter table brand force row level security;
create policy own on brand for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.brand FOR EACH ROW EXECUTE FUNCTION audited('settings', 'brand', 'logo_hash', '');

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
  macro jsonb,
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

create table chat (
  workspace_id uuid not null,
  id uuid not null,
  visitor_id uuid not null,
  conversation_id uuid not null,
  last_seq bigint not null default 0,
  read_seq bigint not null default 0,
  read_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  greeting text not null default ''::text,
  queued_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, visitor_id) REFERENCES visitor(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX chat_conversation ON public.chat USING btree (workspace_id, conversation_id);
CREATE INDEX chat_lately ON public.chat USING btree (workspace_id, created_at);
CREATE INDEX chat_visitor ON public.chat USING btree (workspace_id, visitor_id, created_at);
alter table chat enable row level security;
alter table chat force row level security;
create policy own on chat for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table chat_key (
  workspace_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  algorithm text not null,
  name text not null,
  secret bytea,
  public_key text,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  CHECK ((((algorithm = 'HS256'::text) = (secret IS NOT NULL)) AND ((secret IS NULL) = (public_key IS NOT NULL)))),
  CHECK ((algorithm = ANY (ARRAY['HS256'::text, 'ES256'::text, 'RS256'::text])))
);
alter table chat_key enable row level security;
alter table chat_key force row level security;
create policy own on chat_key for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.chat_key FOR EACH ROW EXECUTE FUNCTION audited('settings', 'chat_key', 'secret,public_key', 'used_at');

create table chat_line (
  workspace_id uuid not null,
  chat_id uuid not null,
  message_id uuid not null,
  seq bigint not null,
  client_id uuid,
  gone boolean not null default false,
  mailed_with uuid,
  joined_id uuid,
  at timestamp with time zone,
  PRIMARY KEY (workspace_id, chat_id, message_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, chat_id) REFERENCES chat(workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX chat_line_client ON public.chat_line USING btree (workspace_id, chat_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX chat_line_message ON public.chat_line USING btree (workspace_id, message_id);
CREATE UNIQUE INDEX chat_line_seq ON public.chat_line USING btree (workspace_id, chat_id, seq);
alter table chat_line enable row level security;
alter table chat_line force row level security;
create policy own on chat_line for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table chat_link (
  workspace_id uuid not null,
  token_hash bytea not null,
  chat_id uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  key_id uuid,
  PRIMARY KEY (workspace_id, token_hash),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, chat_id) REFERENCES chat(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, key_id) REFERENCES chat_key(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX chat_link_chat ON public.chat_link USING btree (workspace_id, chat_id);
alter table chat_link enable row level security;
alter table chat_link force row level security;
create policy own on chat_link for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table cluster (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  words jsonb not null default '{}'::jsonb,
  state text not null default 'open'::text,
  dismissed_at_size integer,
  problem_id uuid,
  decided_by uuid,
  decided_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  kind text not null default 'unfiled'::text,
  snippet_id uuid,
  linked_by uuid,
  linked_at timestamp with time zone,
  best_answer uuid,
  answerers integer not null default 0,
  differ boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE SET NULL (problem_id),
  FOREIGN KEY (workspace_id, snippet_id) REFERENCES snippet(workspace_id, id) ON DELETE SET NULL (snippet_id),
  CHECK ((kind = ANY (ARRAY['unfiled'::text, 'question'::text]))),
  CHECK ((state = ANY (ARRAY['open'::text, 'dismissed'::text, 'made'::text])))
);
alter table cluster enable row level security;
alter table cluster force row level security;
create policy own on cluster for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table cluster_conversation (
  workspace_id uuid not null,
  conversation_id uuid not null,
  cluster_id uuid not null,
  closeness real not null,
  answered_by uuid,
  was_filed_by uuid,
  was_filed_at timestamp with time zone,
  PRIMARY KEY (workspace_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, cluster_id) REFERENCES cluster(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX cluster_conversation_of ON public.cluster_conversation USING btree (workspace_id, cluster_id, closeness DESC);
alter table cluster_conversation enable row level security;
alter table cluster_conversation force row level security;
create policy own on cluster_conversation for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table cluster_run (
  workspace_id uuid not null,
  at timestamp with time zone not null default now(),
  conversations integer not null,
  took_ms integer not null,
  kind text not null default 'unfiled'::text,
  PRIMARY KEY (workspace_id, kind),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['unfiled'::text, 'question'::text])))
);
alter table cluster_run enable row level security;
alter table cluster_run force row level security;
create policy own on cluster_run for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table company (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  domain text,
  created_at timestamp with time zone not null default now(),
  fields jsonb not null default '{}'::jsonb,
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
  parent_id uuid,
  parent_kind text,
  customers_before uuid[],
  person_asked_at timestamp with time zone,
  mood text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id),
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id),
  CHECK ((((parent_id IS NULL) = (parent_kind IS NULL)) AND (parent_kind = ANY (ARRAY['child'::text, 'side'::text])) AND (parent_id <> id))) NOT VALID,
  CHECK ((folder = ANY (ARRAY['inbox'::text, 'spam'::text, 'trash'::text]))),
  CHECK ((last_from = ANY (ARRAY['customer'::text, 'team'::text]))),
  CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
  CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'snoozed'::text, 'resolved'::text, 'closed'::text])))
);
CREATE INDEX conversation_all ON public.conversation USING btree (workspace_id, folder, last_at DESC, id DESC) WHERE (merged_into IS NULL);
CREATE INDEX conversation_assignee ON public.conversation USING btree (workspace_id, assignee_id, status, last_at DESC, id DESC) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL) AND (assignee_id IS NOT NULL));
CREATE INDEX conversation_began ON public.conversation USING btree (workspace_id, created_at) INCLUDE (id, customer_id, inbox_id, status, last_at) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL) AND (parent_kind IS DISTINCT FROM 'side'::text));
CREATE INDEX conversation_customer ON public.conversation USING btree (workspace_id, customer_id, last_at DESC);
CREATE INDEX conversation_ended ON public.conversation USING btree (workspace_id, resolved_at DESC) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_follows ON public.conversation USING btree (workspace_id, follows) WHERE (follows IS NOT NULL);
CREATE INDEX conversation_inbox ON public.conversation USING btree (workspace_id, inbox_id, last_at DESC);
CREATE INDEX conversation_mentioned ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE (mentioned <> '{}'::uuid[]);
CREATE INDEX conversation_merged ON public.conversation USING btree (workspace_id, merged_into) WHERE (merged_into IS NOT NULL);
CREATE UNIQUE INDEX conversation_number ON public.conversation USING btree (workspace_id, number);
CREATE INDEX conversation_open ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = 'open'::text) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_parent ON public.conversation USING btree (workspace_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX conversation_resolved ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = ANY (ARRAY['resolved'::text, 'closed'::text])) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_scheduled ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((scheduled_at IS NOT NULL) AND (folder = 'inbox'::text) AND (merged_into IS NULL));
CREATE INDEX conversation_status ON public.conversation USING btree (workspace_id, status, last_at DESC, id DESC) WHERE ((folder = 'inbox'::text) AND (merged_into IS NULL) AND (status <> 'open'::text));
CREATE INDEX conversation_tagged ON public.conversation USING btree (workspace_id, last_at DESC) WHERE (tags <> '{}'::text[]);
CREATE INDEX conversation_tags ON public.conversation USING gin (workspace_id, tags) WHERE (tags <> '{}'::text[]);
CREATE INDEX conversation_team ON public.conversation USING btree (workspace_id, team_id, last_at DESC) WHERE (team_id IS NOT NULL);
CREATE INDEX conversation_trashed ON public.conversation USING btree (workspace_id, trashed_at) WHERE (folder = 'trash'::text);
CREATE INDEX conversation_unassigned ON public.conversation USING btree (workspace_id, last_at DESC, id DESC) WHERE ((status = 'open'::text) AND (folder = 'inbox'::text) AND (merged_into IS NULL) AND (assignee_id IS NULL));
CREATE INDEX conversation_waits ON public.conversation USING btree (workspace_id, status, assignee_id) WHERE ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'snoozed'::text])) AND (folder = 'inbox'::text) AND (merged_into IS NULL) AND (parent_kind IS DISTINCT FROM 'side'::text));
alter table conversation enable row level security;
create policy own on conversation for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER end_moved AFTER UPDATE OF folder, merged_into, parent_kind ON public.conversation FOR EACH ROW WHEN (((old.folder IS DISTINCT FROM new.folder) OR (old.merged_into IS DISTINCT FROM new.merged_into) OR (old.parent_kind IS DISTINCT FROM new.parent_kind))) EXECUTE FUNCTION end_moved();
CREATE TRIGGER touched_in AFTER INSERT ON public.conversation FOR EACH ROW WHEN ((new.created_at < (now() - '00:30:00'::interval))) EXECUTE FUNCTION conversation_touched();
CREATE TRIGGER touched_on AFTER UPDATE OF folder, merged_into, parent_kind, customer_id, inbox_id, created_at ON public.conversation FOR EACH ROW WHEN (((old.folder IS DISTINCT FROM new.folder) OR (old.merged_into IS DISTINCT FROM new.merged_into) OR (old.parent_kind IS DISTINCT FROM new.parent_kind) OR (old.customer_id IS DISTINCT FROM new.customer_id) OR (old.inbox_id IS DISTINCT FROM new.inbox_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION conversation_touched();
CREATE TRIGGER touched_out AFTER DELETE ON public.conversation FOR EACH ROW EXECUTE FUNCTION conversation_touched();

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
  CHECK ((why = ANY (ARRAY['same_mail'::text, 'split'::text, 'maybe'::text, 'related'::text]))) NOT VALID
);
CREATE INDEX conversation_link_other ON public.conversation_link USING btree (workspace_id, other_id);
alter table conversation_link enable row level security;
alter table conversation_link force row level security;
create policy own on conversation_link for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table conversation_problem (
  workspace_id uuid not null,
  conversation_id uuid not null,
  place integer not null,
  kind text not null,
  problem_id uuid,
  weight real not null default 1,
  filed_by uuid,
  confidence real,
  provisional boolean not null default true,
  confirmed_by uuid,
  came_from uuid[] not null default '{}'::uuid[],
  filed_at timestamp with time zone not null default now(),
  followed_from uuid,
  PRIMARY KEY (workspace_id, conversation_id, place),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id),
  CHECK (((kind = 'problem'::text) = (problem_id IS NOT NULL))),
  CHECK (((kind = 'problem'::text) OR (place = 0))),
  CHECK (((weight > (0)::double precision) AND (weight <= (1)::double precision))),
  CHECK ((kind = ANY (ARRAY['problem'::text, 'question'::text, 'one-off'::text, 'praise'::text]))),
  CHECK ((place >= 0))
);
CREATE INDEX conversation_problem_counted ON public.conversation_problem USING btree (workspace_id, conversation_id) INCLUDE (place, kind, problem_id, weight, provisional);
CREATE INDEX conversation_problem_first ON public.conversation_problem USING btree (workspace_id, conversation_id) INCLUDE (kind, problem_id) WHERE (place = 0);
CREATE UNIQUE INDEX conversation_problem_once ON public.conversation_problem USING btree (workspace_id, problem_id, conversation_id) WHERE (problem_id IS NOT NULL);
CREATE INDEX conversation_problem_questions ON public.conversation_problem USING btree (workspace_id, filed_at, conversation_id) WHERE (kind = 'question'::text);
alter table conversation_problem enable row level security;
alter table conversation_problem force row level security;
create policy own on conversation_problem for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER filed_in AFTER INSERT ON public.conversation_problem REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION filing_touched();
CREATE TRIGGER filed_on AFTER UPDATE ON public.conversation_problem REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION filing_moved();
CREATE TRIGGER filed_out AFTER DELETE ON public.conversation_problem REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION filing_touched();

create table counted_orders (
  workspace_id uuid not null,
  week date not null,
  event text not null,
  orders integer not null,
  PRIMARY KEY (workspace_id, week, event),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((orders > 0))
);
alter table counted_orders enable row level security;
alter table counted_orders force row level security;
create policy own on counted_orders for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
  role text,
  fields jsonb not null default '{}'::jsonb,
  merged_into uuid,
  merge_undo jsonb,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, company_id) REFERENCES company(workspace_id, id),
  FOREIGN KEY (workspace_id, merged_into) REFERENCES customer(workspace_id, id) NOT VALID
);
CREATE INDEX customer_company ON public.customer USING btree (workspace_id, company_id) WHERE (company_id IS NOT NULL);
CREATE INDEX customer_merged ON public.customer USING btree (workspace_id, merged_into) WHERE (merged_into IS NOT NULL);
alter table customer enable row level security;
alter table customer force row level security;
create policy own on customer for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER touched_on AFTER UPDATE OF merged_into ON public.customer FOR EACH ROW WHEN ((old.merged_into IS DISTINCT FROM new.merged_into)) EXECUTE FUNCTION customer_touched();

create table customer_field (
  workspace_id uuid not null,
  id uuid not null,
  about text not null,
  key text not null,
  label text not null,
  kind text not null,
  choices text[] not null default '{}'::text[],
  place integer not null,
  archived_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((about = ANY (ARRAY['customer'::text, 'company'::text]))),
  CHECK ((kind = ANY (ARRAY['text'::text, 'number'::text, 'date'::text, 'yes-no'::text, 'choice'::text, 'link'::text])))
);
CREATE UNIQUE INDEX customer_field_key ON public.customer_field USING btree (workspace_id, about, key);
alter table customer_field enable row level security;
alter table customer_field force row level security;
create policy own on customer_field for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.customer_field FOR EACH ROW EXECUTE FUNCTION audited('settings', 'customer_field', '', 'place');

create table customer_note (
  workspace_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  text text not null,
  author_id uuid not null,
  at timestamp with time zone not null default now(),
  edited_at timestamp with time zone,
  deleted_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, author_id) REFERENCES person(workspace_id, id),
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_note_of ON public.customer_note USING btree (workspace_id, customer_id, at DESC);
alter table customer_note enable row level security;
alter table customer_note force row level security;
create policy own on customer_note for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table data_export (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  customer_id uuid,
  by_id uuid,
  state text not null default 'running'::text,
  done integer not null default 0,
  total integer not null default 0,
  bytes bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null default (now() + '7 days'::interval),
  spoilt boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['customer'::text, 'workspace'::text]))),
  CHECK ((state = ANY (ARRAY['running'::text, 'ready'::text, 'failed'::text])))
);
alter table data_export enable row level security;
alter table data_export force row level security;
create policy own on data_export for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table data_export_piece (
  workspace_id uuid not null,
  export_id uuid not null,
  n integer not null,
  hash bytea not null,
  PRIMARY KEY (workspace_id, export_id, n),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, export_id) REFERENCES data_export(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX data_export_piece_hash ON public.data_export_piece USING btree (workspace_id, hash);
alter table data_export_piece enable row level security;
alter table data_export_piece force row level security;
create policy own on data_export_piece for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.dkim_key FOR EACH ROW EXECUTE FUNCTION audited('settings', 'dkim_key', 'secret', 'public_key');

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
  html text,
  recipients jsonb,
  inbox_id uuid,
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

create table entered_customers (
  workspace_id uuid not null,
  week date not null,
  customers integer not null,
  PRIMARY KEY (workspace_id, week),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((customers > 0))
);
alter table entered_customers enable row level security;
alter table entered_customers force row level security;
create policy own on entered_customers for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.entered_customers FOR EACH ROW EXECUTE FUNCTION audited('settings', 'entered_customers', '', '');

create table erased_mark (
  workspace_id uuid not null,
  mark bytea not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, mark),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table erased_mark enable row level security;
alter table erased_mark force row level security;
create policy own on erased_mark for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table erasure (
  workspace_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  state text not null default 'waiting'::text,
  by_id uuid,
  asked_at timestamp with time zone not null default now(),
  due_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  counts jsonb not null default '{}'::jsonb,
  customer_ids uuid[] not null default '{}'::uuid[],
  begun_at timestamp with time zone,
  first_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'cancelled'::text])))
);
CREATE UNIQUE INDEX erasure_open ON public.erasure USING btree (workspace_id, customer_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
alter table erasure enable row level security;
alter table erasure force row level security;
create policy own on erasure for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table erasure_key (
  workspace_id uuid not null,
  inner_pad bytea not null,
  outer_pad bytea not null,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table erasure_key enable row level security;
alter table erasure_key force row level security;
create policy own on erasure_key for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
  newest text not null default ''::text,
  PRIMARY KEY (subscriber)
);

create table filing_aside (
  workspace_id uuid not null,
  conversation_id uuid not null,
  kind text not null,
  filed_by uuid,
  provisional boolean not null,
  confirmed_by uuid,
  filed_at timestamp with time zone not null,
  followed_from uuid,
  PRIMARY KEY (workspace_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['question'::text, 'one-off'::text, 'praise'::text])))
);
alter table filing_aside enable row level security;
alter table filing_aside force row level security;
create policy own on filing_aside for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table filing_audit (
  workspace_id uuid not null,
  conversation_id uuid not null,
  drawn_at timestamp with time zone not null default now(),
  hands uuid[] not null default '{}'::uuid[],
  answered_by uuid,
  answered_at timestamp with time zone,
  said_kind text,
  said_problem_id uuid,
  filed_kind text,
  filed_problem_id uuid,
  PRIMARY KEY (workspace_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, filed_problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, said_problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE,
  CHECK ((((answered_at IS NULL) = (said_kind IS NULL)) AND ((answered_at IS NULL) = (filed_kind IS NULL)) AND ((answered_at IS NULL) = (answered_by IS NULL)))),
  CHECK (((NOT (filed_kind IS DISTINCT FROM 'problem'::text)) = (filed_problem_id IS NOT NULL))),
  CHECK (((NOT (said_kind IS DISTINCT FROM 'problem'::text)) = (said_problem_id IS NOT NULL))),
  CHECK ((filed_kind = ANY (ARRAY['problem'::text, 'question'::text, 'one-off'::text, 'praise'::text]))),
  CHECK ((said_kind = ANY (ARRAY['problem'::text, 'question'::text, 'one-off'::text, 'praise'::text, 'other'::text, 'unclear'::text])))
);
CREATE INDEX filing_audit_answered ON public.filing_audit USING btree (workspace_id, answered_at) WHERE (answered_at IS NOT NULL);
CREATE INDEX filing_audit_open ON public.filing_audit USING btree (workspace_id, drawn_at) WHERE (answered_at IS NULL);
alter table filing_audit enable row level security;
alter table filing_audit force row level security;
create policy own on filing_audit for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table filing_draw (
  workspace_id uuid not null,
  key bytea not null,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table filing_draw enable row level security;
alter table filing_draw force row level security;
create policy own on filing_draw for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table form (
  workspace_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  name text not null,
  enabled boolean not null default true,
  settings jsonb not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX form_by_id ON public.form USING btree (id);
CREATE INDEX form_of_inbox ON public.form USING btree (workspace_id, inbox_id);
alter table form enable row level security;
create policy own on form for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.form FOR EACH ROW EXECUTE FUNCTION audited('settings', 'form', '', '');

create table form_entry (
  workspace_id uuid not null,
  nonce uuid not null,
  form_id uuid not null,
  hash bytea not null,
  at timestamp with time zone not null default now(),
  size bigint not null default 0,
  PRIMARY KEY (workspace_id, nonce),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, form_id) REFERENCES form(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX form_entry_age ON public.form_entry USING btree (workspace_id, at);
CREATE INDEX form_entry_at ON public.form_entry USING btree (workspace_id, form_id, at);
alter table form_entry enable row level security;
alter table form_entry force row level security;
create policy own on form_entry for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table handle (
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  customer_id uuid not null,
  created_at timestamp with time zone not null default now(),
  scope text not null default ''::text,
  PRIMARY KEY (workspace_id, kind, value, scope),
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
  why jsonb,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((source = ANY (ARRAY['imap'::text, 'smtp'::text, 'pipe'::text, 'http'::text, 'mailgun'::text, 'postmark'::text, 'sendgrid'::text, 'ses'::text, 'import'::text, 'practice'::text, 'form'::text]))) NOT VALID,
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
  state_why jsonb,
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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.inbox FOR EACH ROW EXECUTE FUNCTION audited('settings', 'inbox', 'secrets', 'state,state_text,state_why,state_at,trouble_since,told_at,brand_id');

create table installation (
  one boolean not null default true,
  held_since timestamp with time zone,
  held_from text not null default ''::text,
  released_at timestamp with time zone,
  released_by text not null default ''::text,
  key_check bytea,
  id uuid not null default gen_random_uuid(),
  came_from uuid,
  mark text not null default ''::text,
  PRIMARY KEY (one),
  CHECK (one)
);

create table known_browser (
  account_id uuid not null,
  token_hash bytea not null,
  first_at timestamp with time zone not null default now(),
  last_at timestamp with time zone not null default now(),
  PRIMARY KEY (account_id, token_hash),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE
);

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
  state_why jsonb,
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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.mail_provider FOR EACH ROW EXECUTE FUNCTION audited('settings', 'mail_provider', 'secret', 'changed_at');

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
CREATE TRIGGER audited AFTER INSERT OR DELETE ON public.mailbox_grant FOR EACH ROW EXECUTE FUNCTION audited('settings', 'mailbox_grant', 'secret', 'version,leased_until,failures,next_at,expires_at,refused_at,refusal');

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

create table mailing (
  workspace_id uuid not null,
  id uuid not null,
  problem_id uuid not null,
  kind text not null,
  person_id uuid not null,
  key_id uuid,
  text text not null,
  confirmed boolean not null default false,
  state text not null default 'preview'::text,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['waiting'::text, 'fixed'::text]))),
  CHECK ((state = ANY (ARRAY['preview'::text, 'running'::text, 'stopped'::text, 'done'::text, 'undoing'::text, 'undone'::text])))
);
CREATE INDEX mailing_problem ON public.mailing USING btree (workspace_id, problem_id, created_at);
CREATE UNIQUE INDEX mailing_running ON public.mailing USING btree (workspace_id, problem_id, kind) WHERE (state = 'running'::text);
CREATE INDEX mailing_started ON public.mailing USING btree (workspace_id, started_at DESC, id DESC) WHERE (started_at IS NOT NULL);
alter table mailing enable row level security;
alter table mailing force row level security;
create policy own on mailing for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table mailing_person (
  workspace_id uuid not null,
  mailing_id uuid not null,
  id uuid not null,
  problem_id uuid not null,
  kind text not null,
  chosen boolean not null,
  state text not null,
  reason text,
  customer_id uuid,
  conversation_id uuid,
  answers uuid not null,
  inbox_id uuid not null,
  provisional boolean not null,
  language text not null default 'en'::text,
  address text not null default ''::text,
  subject text not null default ''::text,
  text text not null default ''::text,
  signature text not null default ''::text,
  message_id uuid,
  sent_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE SET NULL (conversation_id),
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE SET NULL (customer_id),
  FOREIGN KEY (workspace_id, mailing_id) REFERENCES mailing(workspace_id, id) ON DELETE CASCADE,
  CHECK (((state = 'left'::text) = (reason IS NOT NULL))),
  CHECK ((state = ANY (ARRAY['todo'::text, 'sent'::text, 'left'::text, 'undone'::text])))
);
CREATE UNIQUE INDEX mailing_person_answers ON public.mailing_person USING btree (workspace_id, problem_id, kind, customer_id, answers) WHERE (state = 'sent'::text);
CREATE INDEX mailing_person_conversation ON public.mailing_person USING btree (workspace_id, conversation_id);
CREATE INDEX mailing_person_counted ON public.mailing_person USING btree (workspace_id, mailing_id, state, reason) INCLUDE (chosen, provisional, customer_id, id);
CREATE INDEX mailing_person_customer ON public.mailing_person USING btree (workspace_id, customer_id);
CREATE INDEX mailing_person_message ON public.mailing_person USING btree (workspace_id, message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX mailing_person_of ON public.mailing_person USING btree (workspace_id, mailing_id, state, id);
CREATE UNIQUE INDEX mailing_person_once ON public.mailing_person USING btree (workspace_id, mailing_id, customer_id) WHERE (state = ANY (ARRAY['todo'::text, 'sent'::text]));
alter table mailing_person enable row level security;
alter table mailing_person force row level security;
create policy own on mailing_person for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
  html text,
  quote_html text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'deferred'::text, 'failed'::text, 'unknown'::text, 'bounced'::text, 'cancelled'::text, 'kept'::text]))) NOT VALID,
  CHECK ((type = ANY (ARRAY['in'::text, 'out'::text, 'note'::text])))
);
CREATE INDEX message_conversation ON public.message USING btree (workspace_id, conversation_id, at, id);
CREATE UNIQUE INDEX message_dedupe ON public.message USING btree (workspace_id, inbox_id, dedupe) WHERE (dedupe IS NOT NULL);
CREATE INDEX message_due ON public.message USING btree (send_at) WHERE (state = ANY (ARRAY['queued'::text, 'deferred'::text]));
CREATE INDEX message_external ON public.message USING btree (workspace_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX message_files ON public.message USING btree (workspace_id, at, id) WHERE ((raw_hash IS NOT NULL) OR (attachments @? '$[*]."upload"'::jsonpath));
CREATE INDEX message_leased ON public.message USING btree (lease_until) WHERE (state = 'sending'::text);
alter table message enable row level security;
create policy own on message for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER end_moved AFTER UPDATE OF conversation_id ON public.message FOR EACH ROW WHEN ((old.conversation_id IS DISTINCT FROM new.conversation_id)) EXECUTE FUNCTION end_moved();
CREATE TRIGGER upload_taken AFTER INSERT ON public.message FOR EACH ROW WHEN ((new.attachments @? '$[*]."upload"'::jsonpath)) EXECUTE FUNCTION upload_taken();

create table migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);
CREATE TRIGGER tell_newest AFTER INSERT ON public.migration FOR EACH ROW EXECUTE FUNCTION tell_newest();

create table mood (
  workspace_id uuid not null,
  conversation_id uuid not null,
  stage text not null,
  source text not null,
  value integer not null,
  upset boolean not null default false,
  stuck boolean not null default false,
  confidence real,
  language text,
  message_id uuid,
  by_id uuid,
  at timestamp with time zone not null default now(),
  why jsonb,
  PRIMARY KEY (workspace_id, conversation_id, stage, source),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
  CHECK (((source = 'person'::text) = (confidence IS NULL))),
  CHECK (((value >= 1) AND (value <= 5))),
  CHECK ((source = ANY (ARRAY['text'::text, 'model'::text, 'person'::text]))),
  CHECK ((stage = ANY (ARRAY['start'::text, 'latest'::text])))
);
CREATE INDEX mood_pair ON public.mood USING btree (workspace_id, conversation_id, source, stage) INCLUDE (value);
alter table mood enable row level security;
alter table mood force row level security;
create policy own on mood for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER felt_in AFTER INSERT ON public.mood REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mood_changed();
CREATE TRIGGER felt_on AFTER UPDATE ON public.mood REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mood_changed();
CREATE TRIGGER felt_out AFTER DELETE ON public.mood REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mood_changed();

create table mood_ask (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  message_id uuid not null,
  author_id uuid,
  team_id uuid,
  inbox_id uuid,
  channel text not null,
  language text not null default 'en'::text,
  at timestamp with time zone not null default now(),
  excluded text,
  tapped text[] not null default '{}'::text[],
  tapped_at timestamp with time zone,
  compared text,
  value integer,
  words text not null default ''::text,
  answered_at timestamp with time zone,
  browser_hash bytea,
  in_chat boolean not null default false,
  home uuid,
  counts boolean not null default false,
  started smallint,
  lift smallint,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, message_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  CHECK (((answered_at IS NULL) = (compared IS NULL))),
  CHECK (((excluded IS NULL) OR (answered_at IS NULL))),
  CHECK (((value >= 1) AND (value <= 5))),
  CHECK ((compared = ANY (ARRAY['better'::text, 'same'::text, 'worse'::text])))
);
CREATE INDEX mood_ask_conversation ON public.mood_ask USING btree (workspace_id, conversation_id);
CREATE INDEX mood_ask_ended ON public.mood_ask USING btree (workspace_id, at) INCLUDE (id, home, author_id, team_id, channel, excluded, answered_at, compared, value, tapped, started, lift) WHERE counts;
CREATE INDEX mood_ask_home ON public.mood_ask USING btree (workspace_id, home);
alter table mood_ask enable row level security;
alter table mood_ask force row level security;
create policy own on mood_ask for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER answered AFTER UPDATE OF answered_at, excluded ON public.mood_ask FOR EACH ROW EXECUTE FUNCTION end_answered();
CREATE TRIGGER let_go AFTER DELETE ON public.mood_ask REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ends_changed();
CREATE TRIGGER settled AFTER INSERT ON public.mood_ask REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ends_changed();

create table mood_model (
  workspace_id uuid not null,
  address text not null,
  model text not null,
  secret bytea,
  active boolean not null default true,
  worked_at timestamp with time zone,
  took_ms integer,
  failed_at timestamp with time zone,
  trouble text,
  version integer not null default 1,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table mood_model enable row level security;
alter table mood_model force row level security;
create policy own on mood_model for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.mood_model FOR EACH ROW EXECUTE FUNCTION audited('settings', 'mood_model', 'secret', 'worked_at,took_ms,failed_at,trouble,version');

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

create table never_asked (
  workspace_id uuid not null,
  customer_id uuid not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, customer_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE
);
alter table never_asked enable row level security;
alter table never_asked force row level security;
create policy own on never_asked for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table note_draft (
  workspace_id uuid not null,
  conversation_id uuid not null,
  person_id uuid not null,
  text text not null default ''::text,
  attachments text[] not null default '{}'::text[],
  updated_at timestamp with time zone not null default now(),
  html text,
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
  problem_id uuid,
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
  sound boolean not null default true,
  PRIMARY KEY (workspace_id, person_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE
);
alter table notification_choice enable row level security;
alter table notification_choice force row level security;
create policy own on notification_choice for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table passkey (
  credential_id bytea not null,
  id uuid not null,
  account_id uuid not null,
  host text not null,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}'::text[],
  name text not null,
  synced boolean not null default false,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  PRIMARY KEY (credential_id),
  UNIQUE (id),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE
);
CREATE INDEX passkey_account ON public.passkey USING btree (account_id);

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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.person FOR EACH ROW EXECUTE FUNCTION audited('people', 'person', '', 'last_seen_at,account_id,settings,signature');

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

create table practice_mail (
  workspace_id uuid not null,
  id uuid not null,
  external_id text not null default ''::text,
  subject text not null default ''::text,
  sender text not null default ''::text,
  text text not null default ''::text,
  at timestamp with time zone not null default now(),
  html text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table practice_mail enable row level security;
alter table practice_mail force row level security;
create policy own on practice_mail for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table praise (
  workspace_id uuid not null,
  id uuid not null,
  source text not null,
  source_id uuid not null,
  conversation_id uuid not null,
  customer_id uuid not null,
  brand_id uuid,
  language text not null default 'en'::text,
  words text not null,
  name text not null default ''::text,
  code text not null,
  offered_at timestamp with time zone not null default now(),
  consented_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  visits integer not null default 0,
  hidden_at timestamp with time zone,
  reworded boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, source_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, brand_id) REFERENCES brand(workspace_id, id) ON DELETE SET NULL (brand_id),
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  CHECK ((source = ANY (ARRAY['mood'::text, 'survey'::text])))
);
CREATE INDEX praise_code ON public.praise USING btree (code);
CREATE INDEX praise_conversation ON public.praise USING btree (workspace_id, conversation_id);
CREATE INDEX praise_customer ON public.praise USING btree (workspace_id, customer_id);
CREATE INDEX praise_shown ON public.praise USING btree (workspace_id, consented_at DESC) WHERE (consented_at IS NOT NULL);
alter table praise enable row level security;
create policy own on praise for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table praise_order (
  workspace_id uuid not null,
  order_id text not null,
  praise_id uuid not null,
  amount numeric(14,2),
  currency text,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, order_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, praise_id) REFERENCES praise(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX praise_order_of ON public.praise_order USING btree (workspace_id, praise_id);
alter table praise_order enable row level security;
alter table praise_order force row level security;
create policy own on praise_order for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table praise_visit (
  workspace_id uuid not null,
  praise_id uuid not null,
  day date not null,
  mark text not null,
  PRIMARY KEY (workspace_id, praise_id, day, mark),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, praise_id) REFERENCES praise(workspace_id, id) ON DELETE CASCADE
);
alter table praise_visit enable row level security;
alter table praise_visit force row level security;
create policy own on praise_visit for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table problem (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  step text not null default ''::text,
  remedy text not null default ''::text,
  prevention text not null default ''::text,
  cause text,
  fix text,
  owner_id uuid,
  state text not null default 'found'::text,
  workaround text not null default ''::text,
  answer text not null default ''::text,
  link text not null default ''::text,
  shipped_on date,
  merged_into uuid,
  merge_undo jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  wish boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, merged_into) REFERENCES problem(workspace_id, id),
  FOREIGN KEY (workspace_id, owner_id) REFERENCES person(workspace_id, id) ON DELETE SET NULL (owner_id),
  CHECK ((cause = ANY (ARRAY['product'::text, 'policy'::text, 'docs'::text, 'support'::text]))),
  CHECK ((fix = ANY (ARRAY['article'::text, 'product'::text, 'policy'::text, 'message'::text, 'none'::text]))),
  CHECK ((merged_into <> id)),
  CHECK ((state = ANY (ARRAY['found'::text, 'known'::text, 'fixing'::text, 'fixed'::text, 'verified'::text, 'wont'::text])))
);
CREATE INDEX problem_wish ON public.problem USING btree (workspace_id) WHERE wish;
alter table problem enable row level security;
alter table problem force row level security;
create policy own on problem for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.problem FOR EACH ROW EXECUTE FUNCTION audited('settings', 'problem', '', 'version,merge_undo');

create table problem_issue (
  workspace_id uuid not null,
  problem_id uuid not null,
  link text not null default ''::text,
  state text,
  at timestamp with time zone,
  told_at timestamp with time zone,
  reopened boolean not null default false,
  declined boolean not null default false,
  follows boolean not null default false,
  PRIMARY KEY (workspace_id, problem_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
alter table problem_issue enable row level security;
alter table problem_issue force row level security;
create policy own on problem_issue for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table problem_night (
  workspace_id uuid not null,
  night date not null,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table problem_night enable row level security;
alter table problem_night force row level security;
create policy own on problem_night for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table problem_step (
  workspace_id uuid not null,
  id uuid not null,
  problem_id uuid not null,
  state text not null,
  shipped_on date,
  by_id uuid,
  why jsonb,
  at timestamp with time zone not null default clock_timestamp(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX problem_step_problem ON public.problem_step USING btree (workspace_id, problem_id, at);
alter table problem_step enable row level security;
alter table problem_step force row level security;
create policy own on problem_step for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table problem_words (
  workspace_id uuid not null,
  problem_id uuid not null,
  conversations integer not null,
  words jsonb not null,
  PRIMARY KEY (workspace_id, problem_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE
);
alter table problem_words enable row level security;
alter table problem_words force row level security;
create policy own on problem_words for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
  trouble_why jsonb,
  PRIMARY KEY (workspace_id, inbox_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  CHECK ((name = ANY (ARRAY['mailgun'::text, 'postmark'::text, 'sendgrid'::text, 'ses'::text])))
);
alter table provider enable row level security;
alter table provider force row level security;
create policy own on provider for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.provider FOR EACH ROW EXECUTE FUNCTION audited('settings', 'provider', 'secrets', 'first_at,last_at,trouble,trouble_why,trouble_at');

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

create table retention (
  workspace_id uuid not null,
  conversations integer,
  spam integer,
  files integer,
  events integer,
  audit integer default 1095,
  ran_at timestamp with time zone,
  visits integer default 90,
  PRIMARY KEY (workspace_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK (((audit >= 30) AND (audit <= 36500))),
  CHECK (((conversations >= 30) AND (conversations <= 36500))),
  CHECK (((events >= 30) AND (events <= 36500))),
  CHECK (((files >= 30) AND (files <= 36500))),
  CHECK (((spam >= 1) AND (spam <= 36500))),
  CHECK (((visits >= 1) AND (visits <= 36500)))
);
alter table retention enable row level security;
alter table retention force row level security;
create policy own on retention for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.retention FOR EACH ROW EXECUTE FUNCTION audited('settings', 'retention', '', 'ran_at');

create table rise (
  workspace_id uuid not null,
  id uuid not null,
  problem_id uuid,
  cluster_id uuid,
  customers integer not null,
  minutes integer not null,
  usual real not null,
  chance real not null,
  began_at timestamp with time zone not null,
  flagged_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, cluster_id) REFERENCES cluster(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE,
  CHECK ((num_nonnulls(problem_id, cluster_id) = 1))
);
CREATE UNIQUE INDEX rise_open ON public.rise USING btree (workspace_id, COALESCE(problem_id, cluster_id)) WHERE (ended_at IS NULL);
alter table rise enable row level security;
alter table rise force row level security;
create policy own on rise for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table rise_conversation (
  workspace_id uuid not null,
  rise_id uuid not null,
  conversation_id uuid not null,
  PRIMARY KEY (workspace_id, rise_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, rise_id) REFERENCES rise(workspace_id, id) ON DELETE CASCADE
);
alter table rise_conversation enable row level security;
alter table rise_conversation force row level security;
create policy own on rise_conversation for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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

create table schedule (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  time_zone text not null,
  week jsonb not null,
  is_default boolean not null default false,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK (((jsonb_typeof(week) = 'array'::text) AND (jsonb_array_length(week) = 7)))
);
CREATE UNIQUE INDEX schedule_default ON public.schedule USING btree (workspace_id) WHERE is_default;
alter table schedule enable row level security;
alter table schedule force row level security;
create policy own on schedule for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.schedule FOR EACH ROW EXECUTE FUNCTION audited('settings', 'schedule', '', 'version');

create table schedule_calendar (
  workspace_id uuid not null,
  id uuid not null,
  schedule_id uuid not null,
  name text not null,
  address text,
  fetched_at timestamp with time zone,
  tried_at timestamp with time zone,
  trouble text,
  status integer,
  created_at timestamp with time zone not null default now(),
  file text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, schedule_id) REFERENCES schedule(workspace_id, id) ON DELETE CASCADE,
  CHECK ((trouble = ANY (ARRAY['unreachable'::text, 'inward'::text, 'refused'::text, 'too-large'::text, 'no-calendar'::text, 'too-much'::text])))
);
CREATE INDEX schedule_calendar_of ON public.schedule_calendar USING btree (workspace_id, schedule_id);
alter table schedule_calendar enable row level security;
alter table schedule_calendar force row level security;
create policy own on schedule_calendar for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.schedule_calendar FOR EACH ROW EXECUTE FUNCTION audited('settings', 'schedule_calendar', '', 'fetched_at,tried_at,trouble,status,file');

create table schedule_closure (
  workspace_id uuid not null,
  calendar_id uuid not null,
  number integer not null,
  name text not null,
  first_day date,
  last_day date,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  PRIMARY KEY (workspace_id, calendar_id, number),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, calendar_id) REFERENCES schedule_calendar(workspace_id, id) ON DELETE CASCADE,
  CHECK ((((first_day IS NULL) = (last_day IS NULL)) AND ((starts_at IS NULL) = (ends_at IS NULL)) AND ((first_day IS NULL) <> (starts_at IS NULL))))
);
alter table schedule_closure enable row level security;
alter table schedule_closure force row level security;
create policy own on schedule_closure for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table schedule_exception (
  workspace_id uuid not null,
  schedule_id uuid not null,
  date date not null,
  name text not null default ''::text,
  hours jsonb not null default '[]'::jsonb,
  PRIMARY KEY (workspace_id, schedule_id, date),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, schedule_id) REFERENCES schedule(workspace_id, id) ON DELETE CASCADE
);
alter table schedule_exception enable row level security;
alter table schedule_exception force row level security;
create policy own on schedule_exception for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.schedule_exception FOR EACH ROW EXECUTE FUNCTION audited('settings', 'schedule_exception', '', '');

create table schedule_holiday (
  workspace_id uuid not null,
  id uuid not null,
  schedule_id uuid not null,
  name text not null,
  rule jsonb not null,
  hours jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, schedule_id) REFERENCES schedule(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX schedule_holiday_of ON public.schedule_holiday USING btree (workspace_id, schedule_id);
alter table schedule_holiday enable row level security;
alter table schedule_holiday force row level security;
create policy own on schedule_holiday for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.schedule_holiday FOR EACH ROW EXECUTE FUNCTION audited('settings', 'schedule_holiday', '', '');

create table schedule_place (
  workspace_id uuid not null,
  id uuid not null,
  schedule_id uuid not null,
  brand_id uuid,
  inbox_id uuid,
  team_id uuid,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, brand_id),
  UNIQUE (workspace_id, inbox_id),
  UNIQUE (workspace_id, team_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, brand_id) REFERENCES brand(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, schedule_id) REFERENCES schedule(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team(workspace_id, id) ON DELETE CASCADE,
  CHECK ((num_nonnulls(brand_id, inbox_id, team_id) = 1))
);
CREATE INDEX schedule_place_of ON public.schedule_place USING btree (workspace_id, schedule_id);
alter table schedule_place enable row level security;
alter table schedule_place force row level security;
create policy own on schedule_place for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.schedule_place FOR EACH ROW EXECUTE FUNCTION audited('settings', 'schedule_place', '', '');

create table search_name (
  workspace_id uuid not null,
  customer_id uuid not null,
  folded text not null,
  PRIMARY KEY (workspace_id, customer_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX search_name_trigrams ON public.search_name USING gin (workspace_id, folded gin_trgm_ops) WITH (gin_pending_list_limit='256');
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
CREATE INDEX search_words ON public.search_row USING gin (workspace_id, bucket, words) WITH (gin_pending_list_limit='512');
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
  how text not null default 'password'::text,
  strong boolean,
  proved_at timestamp with time zone,
  company_id uuid,
  company_token bytea,
  PRIMARY KEY (token_hash),
  UNIQUE (id),
  FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((how = ANY (ARRAY['password'::text, 'passkey'::text, 'company'::text])))
);
CREATE INDEX session_account ON public.session USING btree (account_id);
CREATE INDEX session_workspace ON public.session USING btree (workspace_id);

create table sign_in_identity (
  workspace_id uuid not null,
  provider_id uuid not null,
  subject text not null,
  person_id uuid not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, provider_id, subject),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, provider_id) REFERENCES sign_in_provider(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_in_identity_person ON public.sign_in_identity USING btree (workspace_id, person_id);
alter table sign_in_identity enable row level security;
alter table sign_in_identity force row level security;
create policy own on sign_in_identity for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table sign_in_provider (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  issuer text not null,
  client_id text not null,
  secret bytea,
  domains text[] not null default '{}'::text[],
  creates boolean not null default false,
  trusted boolean not null default false,
  role text not null default 'representative'::text,
  claim text not null default ''::text,
  roles jsonb not null default '[]'::jsonb,
  end_url text not null default ''::text,
  last_used_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((role = ANY (ARRAY['manager'::text, 'lead'::text, 'representative'::text, 'specialist'::text, 'viewer'::text])))
);
CREATE INDEX sign_in_provider_domains ON public.sign_in_provider USING gin (domains);
alter table sign_in_provider enable row level security;
create policy own on sign_in_provider for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.sign_in_provider FOR EACH ROW EXECUTE FUNCTION audited('settings', 'sign_in_provider', 'secret', 'end_url,last_used_at');

create table sign_in_way (
  workspace_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  state_hash bytea not null,
  browser_hash bytea not null,
  secret bytea not null,
  state text not null default 'begun'::text,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, provider_id) REFERENCES sign_in_provider(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['begun'::text, 'link'::text, 'used'::text])))
);
CREATE INDEX sign_in_way_over ON public.sign_in_way USING btree (workspace_id, expires_at);
CREATE UNIQUE INDEX sign_in_way_state ON public.sign_in_way USING btree (workspace_id, state_hash);
alter table sign_in_way enable row level security;
alter table sign_in_way force row level security;
create policy own on sign_in_way for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table snippet (
  workspace_id uuid not null,
  id uuid not null,
  owner_id uuid,
  team_id uuid,
  created_by uuid,
  name text not null,
  shortcut text not null default ''::text,
  folder text not null default ''::text,
  text text not null default ''::text,
  html text,
  files uuid[] not null default '{}'::uuid[],
  variants jsonb not null default '{}'::jsonb,
  steps jsonb,
  sends boolean not null default false,
  uses integer not null default 0,
  used_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default now(),
  archived_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, created_by) REFERENCES person(workspace_id, id) ON DELETE SET NULL (created_by),
  FOREIGN KEY (workspace_id, owner_id) REFERENCES person(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team(workspace_id, id) ON DELETE SET NULL (team_id)
);
alter table snippet enable row level security;
alter table snippet force row level security;
create policy own on snippet for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table snippet_use (
  workspace_id uuid not null,
  id uuid not null,
  snippet_id uuid,
  conversation_id uuid not null,
  person_id uuid not null,
  message_id uuid,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, message_id) REFERENCES message(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, snippet_id) REFERENCES snippet(workspace_id, id) ON DELETE SET NULL (snippet_id)
);
CREATE INDEX snippet_use_in ON public.snippet_use USING btree (workspace_id, conversation_id) WHERE (message_id IS NOT NULL);
CREATE INDEX snippet_use_message ON public.snippet_use USING btree (workspace_id, message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX snippet_use_of ON public.snippet_use USING btree (workspace_id, snippet_id, at) WHERE (message_id IS NOT NULL);
CREATE UNIQUE INDEX snippet_use_waits ON public.snippet_use USING btree (workspace_id, conversation_id, person_id, snippet_id) WHERE (message_id IS NULL);
alter table snippet_use enable row level security;
alter table snippet_use force row level security;
create policy own on snippet_use for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
CREATE TRIGGER audited AFTER UPDATE OF threshold ON public.spam_filter FOR EACH ROW EXECUTE FUNCTION audited('settings', 'spam_filter', 'counts', 'version,spam,good,updated_at,counts');

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

create table survey (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null,
  running boolean not null default false,
  moment text not null,
  delay_hours integer not null default 24,
  every_days integer not null default 90,
  share integer not null default 100,
  audience jsonb not null default '{}'::jsonb,
  questions jsonb not null default '[]'::jsonb,
  intro text not null default ''::text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  way text not null default 'mail'::text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK (((delay_hours >= 0) AND (delay_hours <= 720))),
  CHECK (((every_days >= 14) AND (every_days <= 730))),
  CHECK (((share >= 1) AND (share <= 100))),
  CHECK ((kind = ANY (ARRAY['csat'::text, 'ces'::text, 'nps'::text, 'own'::text]))),
  CHECK ((moment = ANY (ARRAY['resolved'::text, 'rhythm'::text]))),
  CHECK ((way = ANY (ARRAY['mail'::text, 'chat'::text, 'both'::text])))
);
alter table survey enable row level security;
alter table survey force row level security;
create policy own on survey for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.survey FOR EACH ROW EXECUTE FUNCTION audited('settings', 'survey', '', 'version,started_at');

create table survey_ask (
  workspace_id uuid not null,
  id uuid not null,
  survey_id uuid not null,
  conversation_id uuid not null,
  customer_id uuid not null,
  message_id uuid,
  author_id uuid,
  team_id uuid,
  inbox_id uuid,
  channel text not null,
  language text not null default 'en'::text,
  turn timestamp with time zone not null,
  at timestamp with time zone not null default now(),
  excluded text,
  tapped text[] not null default '{}'::text[],
  tapped_at timestamp with time zone,
  answers jsonb,
  score integer,
  words text not null default ''::text,
  answered_at timestamp with time zone,
  browser_hash bytea,
  way text not null default 'mail'::text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, survey_id) REFERENCES survey(workspace_id, id) ON DELETE CASCADE,
  CHECK (((answered_at IS NULL) = (answers IS NULL))),
  CHECK (((excluded IS NULL) OR ((answered_at IS NULL) AND ((message_id IS NULL) OR (excluded = 'not delivered'::text)))))
);
CREATE INDEX survey_ask_answered ON public.survey_ask USING btree (workspace_id, survey_id) WHERE (answered_at IS NOT NULL);
CREATE INDEX survey_ask_asked ON public.survey_ask USING btree (workspace_id, survey_id) WHERE (excluded IS NULL);
CREATE INDEX survey_ask_at ON public.survey_ask USING btree (workspace_id, survey_id, at);
CREATE INDEX survey_ask_conversation ON public.survey_ask USING btree (workspace_id, conversation_id);
CREATE INDEX survey_ask_customer ON public.survey_ask USING btree (workspace_id, customer_id, survey_id, at);
CREATE UNIQUE INDEX survey_ask_message ON public.survey_ask USING btree (workspace_id, message_id) WHERE (message_id IS NOT NULL);
CREATE UNIQUE INDEX survey_ask_once ON public.survey_ask USING btree (workspace_id, survey_id, conversation_id, turn);
alter table survey_ask enable row level security;
alter table survey_ask force row level security;
create policy own on survey_ask for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.system_mail FOR EACH ROW EXECUTE FUNCTION audited('settings', 'system_mail', '', 'updated_at');

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
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.team FOR EACH ROW EXECUTE FUNCTION audited('people', 'team', '', '');

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
CREATE TRIGGER audited AFTER INSERT OR DELETE ON public.team_person FOR EACH ROW EXECUTE FUNCTION audited('people', 'team_person', '', '');

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

create table topic_heard (
  workspace_id uuid not null,
  conversation_id uuid not null,
  problem_id uuid,
  cluster_id uuid,
  at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, conversation_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, cluster_id) REFERENCES cluster(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, problem_id) REFERENCES problem(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX topic_heard_at ON public.topic_heard USING btree (workspace_id, at);
alter table topic_heard enable row level security;
alter table topic_heard force row level security;
create policy own on topic_heard for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table tracker (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  sealed bytea not null,
  heard_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['github'::text, 'gitlab'::text, 'gitea'::text, 'jira'::text, 'linear'::text])))
);
CREATE INDEX tracker_by_id ON public.tracker USING btree (id);
alter table tracker enable row level security;
create policy own on tracker for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.tracker FOR EACH ROW EXECUTE FUNCTION audited('settings', 'tracker', 'sealed', 'heard_at');

create table tracker_delivery (
  workspace_id uuid not null,
  tracker_id uuid not null,
  delivery text not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, tracker_id, delivery),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, tracker_id) REFERENCES tracker(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX tracker_delivery_age ON public.tracker_delivery USING btree (workspace_id, at);
alter table tracker_delivery enable row level security;
alter table tracker_delivery force row level security;
create policy own on tracker_delivery for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table unsubscribed (
  workspace_id uuid not null,
  customer_id uuid not null,
  at timestamp with time zone not null default now(),
  mailing_id uuid,
  PRIMARY KEY (workspace_id, customer_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, mailing_id) REFERENCES mailing(workspace_id, id) ON DELETE SET NULL (mailing_id)
);
CREATE INDEX unsubscribed_at ON public.unsubscribed USING btree (workspace_id, at DESC, customer_id DESC);
CREATE INDEX unsubscribed_mailing ON public.unsubscribed USING btree (workspace_id, mailing_id) WHERE (mailing_id IS NOT NULL);
alter table unsubscribed enable row level security;
alter table unsubscribed force row level security;
create policy own on unsubscribed for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table upload (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid,
  hash bytea not null,
  filename text not null,
  content_type text not null,
  size bigint not null,
  created_at timestamp with time zone not null default now(),
  visitor_id uuid,
  waiting_since timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
CREATE INDEX upload_hash ON public.upload USING btree (workspace_id, hash);
CREATE INDEX upload_visitor ON public.upload USING btree (workspace_id, visitor_id) WHERE (visitor_id IS NOT NULL);
CREATE INDEX upload_waiting ON public.upload USING btree (workspace_id, waiting_since) WHERE (waiting_since IS NOT NULL);
alter table upload enable row level security;
alter table upload force row level security;
create policy own on upload for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table visitor (
  workspace_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  customer_id uuid,
  user_id text,
  name text not null default ''::text,
  email text not null default ''::text,
  language text not null default ''::text,
  agent text not null default ''::text,
  page text not null default ''::text,
  referrer text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  visits integer not null default 1,
  consent boolean,
  country text not null default ''::text,
  city text not null default ''::text,
  claims text[] not null default '{}'::text[],
  key_id uuid,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX visitor_customer ON public.visitor USING btree (workspace_id, customer_id) WHERE (customer_id IS NOT NULL);
CREATE INDEX visitor_silent ON public.visitor USING btree (workspace_id, seen_at) WHERE (customer_id IS NULL);
CREATE UNIQUE INDEX visitor_user ON public.visitor USING btree (workspace_id, inbox_id, user_id) WHERE (user_id IS NOT NULL);
alter table visitor enable row level security;
alter table visitor force row level security;
create policy own on visitor for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table visitor_block (
  workspace_id uuid not null,
  visitor_id uuid not null,
  until timestamp with time zone,
  reason text not null default ''::text,
  by_id uuid,
  conversation_id uuid,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, visitor_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, visitor_id) REFERENCES visitor(workspace_id, id) ON DELETE CASCADE
);
alter table visitor_block enable row level security;
alter table visitor_block force row level security;
create policy own on visitor_block for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audited AFTER INSERT OR DELETE OR UPDATE ON public.visitor_block FOR EACH ROW EXECUTE FUNCTION audited('settings', 'visitor_block', 'reason', 'by_id,conversation_id');

create table visitor_event (
  workspace_id uuid not null,
  id uuid not null,
  visitor_id uuid,
  customer_id uuid,
  kind text not null,
  name text not null,
  meta jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default date_trunc('milliseconds'::text, now()),
  told_at timestamp with time zone default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customer(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, visitor_id) REFERENCES visitor(workspace_id, id) ON DELETE CASCADE,
  CHECK (((visitor_id IS NULL) <> (customer_id IS NULL))),
  CHECK ((kind = ANY (ARRAY['event'::text, 'page'::text])))
);
CREATE INDEX visitor_event_at ON public.visitor_event USING btree (workspace_id, at);
CREATE INDEX visitor_event_customer ON public.visitor_event USING btree (workspace_id, customer_id, at) WHERE (customer_id IS NOT NULL);
CREATE INDEX visitor_event_visitor ON public.visitor_event USING btree (workspace_id, visitor_id, at) WHERE (visitor_id IS NOT NULL);
alter table visitor_event enable row level security;
alter table visitor_event force row level security;
create policy own on visitor_event for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table visitor_session (
  workspace_id uuid not null,
  token_hash bytea not null,
  visitor_id uuid not null,
  key_id uuid,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  chat_id uuid,
  PRIMARY KEY (workspace_id, token_hash),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, chat_id) REFERENCES chat(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, key_id) REFERENCES chat_key(workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, visitor_id) REFERENCES visitor(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX visitor_session_visitor ON public.visitor_session USING btree (workspace_id, visitor_id);
alter table visitor_session enable row level security;
alter table visitor_session force row level security;
create policy own on visitor_session for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table webhook (
  workspace_id uuid not null,
  id uuid not null,
  address text not null,
  description text not null default ''::text,
  types text[] not null default '{}'::text[],
  active boolean not null default true,
  sealed bytea not null,
  former_until timestamp with time zone,
  disabled text,
  disabled_at timestamp with time zone,
  failing_since timestamp with time zone,
  held_until timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK ((disabled = ANY (ARRAY['gone'::text, 'failing'::text])))
);
alter table webhook enable row level security;
alter table webhook force row level security;
create policy own on webhook for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table webhook_attempt (
  workspace_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamp with time zone not null default now(),
  ms integer not null default 0,
  status integer,
  error text not null default ''::text,
  request jsonb not null default '{}'::jsonb,
  headers jsonb not null default '{}'::jsonb,
  answer text not null default ''::text,
  PRIMARY KEY (workspace_id, delivery_id, number),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_delivery(workspace_id, id) ON DELETE CASCADE
);
alter table webhook_attempt enable row level security;
alter table webhook_attempt force row level security;
create policy own on webhook_attempt for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table webhook_delivery (
  workspace_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  message_id text not null,
  type text not null,
  body text not null,
  conversation_id uuid,
  customer_id uuid,
  state text not null default 'waiting'::text,
  tries integer not null default 0,
  lease integer not null default 0,
  lease_until timestamp with time zone,
  next_at timestamp with time zone,
  status integer,
  error text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  first_at timestamp with time zone,
  done_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, webhook_id, message_id),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhook(workspace_id, id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'delivered'::text, 'failed'::text])))
);
CREATE INDEX webhook_delivery_age ON public.webhook_delivery USING btree (workspace_id, created_at);
CREATE INDEX webhook_delivery_conversation ON public.webhook_delivery USING btree (workspace_id, conversation_id) WHERE (conversation_id IS NOT NULL);
CREATE INDEX webhook_delivery_customer ON public.webhook_delivery USING btree (workspace_id, customer_id) WHERE (customer_id IS NOT NULL);
CREATE INDEX webhook_delivery_latest ON public.webhook_delivery USING btree (workspace_id, webhook_id, created_at, id);
CREATE INDEX webhook_delivery_open ON public.webhook_delivery USING btree (workspace_id, webhook_id, created_at, id) WHERE (state <> 'delivered'::text);
alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy own on webhook_delivery for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table week_cell (
  workspace_id uuid not null,
  week date not null,
  place integer not null,
  inbox_id uuid not null,
  problems uuid[] not null,
  inboxes uuid[] not null,
  customers integer not null,
  filers integer not null,
  written integer not null,
  filings integer not null,
  PRIMARY KEY (workspace_id, week, place),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table week_cell enable row level security;
alter table week_cell force row level security;
create policy own on week_cell for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table week_kept (
  workspace_id uuid not null,
  week date not null,
  zone text not null,
  PRIMARY KEY (workspace_id, week),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table week_kept enable row level security;
alter table week_kept force row level security;
create policy own on week_kept for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table week_touched (
  workspace_id uuid not null,
  week date not null,
  during bigint not null,
  PRIMARY KEY (workspace_id, week, during),
  FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
);
alter table week_touched enable row level security;
alter table week_touched force row level security;
create policy own on week_touched for all using ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid)) with check ((workspace_id = (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid));

create table workspace (
  id uuid not null,
  name text not null,
  language text not null default 'en'::text,
  time_zone text not null default 'UTC'::text,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  closes_after_days integer not null default 14,
  empties_trash_after_days integer not null default 30,
  sample_of uuid,
  sample jsonb,
  sign_in jsonb not null default '{}'::jsonb,
  chats_each integer not null default 4,
  asks_mood boolean not null default false,
  order_event text not null default 'order'::text,
  PRIMARY KEY (id),
  FOREIGN KEY (sample_of) REFERENCES workspace(id) ON DELETE CASCADE,
  CHECK (((closes_after_days >= 1) AND (closes_after_days <= 3650))),
  CHECK (((empties_trash_after_days >= 1) AND (empties_trash_after_days <= 3650)))
);
CREATE UNIQUE INDEX workspace_sample ON public.workspace USING btree (sample_of) WHERE (sample_of IS NOT NULL);
CREATE TRIGGER audited AFTER UPDATE ON public.workspace FOR EACH ROW EXECUTE FUNCTION audited('settings', 'workspace', '', 'sample');

CREATE OR REPLACE FUNCTION public.app_add_job(name text, payload json, queue text, run_at timestamp with time zone, tries integer, key text, lanes text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
        #variable_conflict use_column
        declare task int := (select t.id from graphile_worker._private_tasks t where t.identifier = $1);
        begin
          if $4 is null or $4 <= now() + interval '2 seconds' or $3 is not null or task is null then
            perform graphile_worker.add_job($1, $2, $3, $4, $5, $6, null, $7, 'replace');
            return;
          end if;
          update graphile_worker._private_jobs j set key = null, attempts = j.max_attempts, updated_at = now() where j.key = $6 and j.is_available is not true;
          insert into graphile_worker._private_jobs as j (task_id, payload, run_at, max_attempts, key, flags)
          values (task, $2, $4, $5, $6, (select jsonb_object_agg(f, true) from unnest($7) f))
          on conflict (key) do update set job_queue_id = null, task_id = excluded.task_id, payload = excluded.payload, max_attempts = excluded.max_attempts, run_at = excluded.run_at,
            priority = excluded.priority, revision = j.revision + 1, flags = excluded.flags, attempts = 0, last_error = null, updated_at = now() where j.locked_at is null;
        end $function$
;

CREATE OR REPLACE FUNCTION public.app_cancel_job(key text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select graphile_worker.remove_job(key) $function$
;

CREATE OR REPLACE FUNCTION public.app_forget_jobs(words text[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
          delete from graphile_worker._private_jobs j where j.payload->>'workspaceId' = current_setting('app.workspace_id', true) and j.locked_at is null
            and exists (select 1 from unnest(words) w where position(w in lower(j.payload::text)) > 0) $function$
;

CREATE OR REPLACE FUNCTION public.audit_changes(old_row jsonb, new_row jsonb, hidden text[], skipped text[])
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with keys as (select k from jsonb_object_keys(coalesce(old_row, '{}') || coalesce(new_row, '{}')) k
      where k <> all (skipped) and k not in ('workspace_id', 'id', 'created_at')),
    parts as (
      select k as name, old_row->k as was, new_row->k as now from keys
        where not (coalesce(jsonb_typeof(old_row->k), 'object') = 'object' and coalesce(jsonb_typeof(new_row->k), 'object') = 'object')
      union all
      select k || '.' || i, old_row->k->i, new_row->k->i from keys, lateral jsonb_object_keys(coalesce(old_row->k, '{}') || coalesce(new_row->k, '{}')) i
        where coalesce(jsonb_typeof(old_row->k), 'object') = 'object' and coalesce(jsonb_typeof(new_row->k), 'object') = 'object')
  select coalesce(jsonb_object_agg(name, case
      when split_part(name, '.', 1) = any (hidden) or name ~* '(secret|password|token|hash|totp|recovery|(^|[._])key$)' or was::text like '"\\\\x%' or now::text like '"\\\\x%'
        then '["…", "…"]'::jsonb
      else jsonb_build_array(was, now) end), '{}')
  from parts where nullif(was, 'null') is distinct from nullif(now, 'null') and (new_row is null or old_row is not null or now not in ('""', '[]', '{}', 'false')) $function$
;

CREATE OR REPLACE FUNCTION public.audit_is_not_emptied()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  raise exception 'The audit log is only added to.' using errcode = '42501';
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_let_go(older timestamp with time zone, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  n int;
begin
  perform set_config('app.audit_door', 'open', true);
  delete from audit a where a.workspace_id = place and a.id in
    (select o.id from audit o where o.workspace_id = place and o.at < least(older, now() - interval '30 days') order by o.at limit most);
  get diagnostics n = row_count;
  perform set_config('app.audit_door', '', true);
  return n;
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' and (current_setting('app.audit_door', true) = 'open' and current_user <> 'hearten_app'
      or not exists (select 1 from workspace w where w.id = old.workspace_id)) then
    return old;
  end if;
  raise exception 'The audit log is only added to.' using errcode = '42501';
end $function$
;

CREATE OR REPLACE FUNCTION public.audited()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  was jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  is_now jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  here jsonb := coalesce(is_now, was);
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  doer jsonb := coalesce(nullif(current_setting('app.by', true), '')::jsonb, '{"kind": "system"}');
  changes jsonb;
begin
  -- Migrations and sweeps over all workspaces are no change of anyone's settings; nor is a workspace that goes whole.
  if place is null or coalesce(here->>'workspace_id', here->>'id') is distinct from place::text then return null; end if;
  if tg_op = 'DELETE' and not exists (select 1 from workspace w where w.id = place) then return null; end if;
  changes := audit_changes(was, is_now, string_to_array(tg_argv[2], ','), string_to_array(tg_argv[3], ','));
  if tg_op = 'UPDATE' and changes = '{}' then return null; end if;
  insert into audit (workspace_id, id, area, what, actor_kind, actor_id, about_kind, about_id, name, facts, ip, agent)
  values (place, gen_random_uuid(), tg_argv[0], tg_argv[1] || case tg_op when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    doer->>'kind', (doer->>'id')::uuid, tg_argv[1], coalesce(here->>'id', here->>'name', ''),
    coalesce(case when 'pattern' = any (string_to_array(tg_argv[2], ',')) then '' end, here->>'name', here->>'label', here->>'domain', ''), changes, coalesce(doer->>'ip', ''), coalesce(doer->>'agent', ''));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.chat_home(inbox uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select i.workspace_id from inbox i where i.id = inbox and i.channel = 'chat' and i.enabled and i.deleted_at is null $function$
;

CREATE OR REPLACE FUNCTION public.conversation_touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then perform touch_weeks(new.workspace_id, array[new.created_at]);
  elsif tg_op = 'DELETE' then perform touch_weeks(old.workspace_id, array[old.created_at]);
  else perform touch_weeks(new.workspace_id, array[old.created_at, new.created_at]);
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.customer_touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform touch_weeks(new.workspace_id, array(select distinct date_bin('15 minutes', c.created_at, 'epoch') from conversation c where c.workspace_id = new.workspace_id and c.customer_id = new.id));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.customers_called(folded_query text, most integer)
 RETURNS TABLE(customer_id uuid, folded text, nearness real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "pg_trgm.word_similarity_threshold" TO '0.5'
AS $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  inside text := replace(replace(replace(folded_query, '\', '\\'), '%', '\%'), '_', '\_');
  alone boolean := nearly_alone(place);
  newest uuid[] := newest_called(place, folded_query, most);
begin
  if newest is not null then
    return query select u.id, null::text, 1::real from unnest(newest) u (id);
    return;
  end if;
  if alone then
    return query select s.customer_id, null::text, 1::real from search_name s
      where coalesce(s.workspace_id, place) = place and s.folded like '%' || inside || '%' limit most;
  else
    return query select s.customer_id, null::text, 1::real from search_name s
      where s.workspace_id = place and s.folded like '%' || inside || '%' limit most;
  end if;
  if found or length(folded_query) < 6 then
    return;
  end if;
  if alone then
    return query select s.customer_id, s.folded, s.near::real from (
        select s.customer_id, s.folded, word_similarity(folded_query, s.folded) as near from search_name s
        where coalesce(s.workspace_id, place) = place and folded_query <% s.folded limit 300) s
      order by 3 desc, 1;
    return;
  end if;
  return query select s.customer_id, s.folded, s.near::real from (
      select s.customer_id, s.folded, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded limit 300) s
    order by 3 desc, 1;
end $function$
;

CREATE OR REPLACE FUNCTION public.deliveries_due(most integer)
 RETURNS TABLE(workspace_id uuid, message_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select m.workspace_id, m.id from message m where m.state in ('queued', 'deferred') and m.send_at < now() - interval '3 minutes' order by m.send_at limit most $function$
;

CREATE OR REPLACE FUNCTION public.end_answered()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform settle_ends(new.workspace_id, array[new.conversation_id, coalesce(new.home, new.conversation_id)]);
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.end_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_table_name = 'message' then
    if exists (select 1 from mood_ask a where a.workspace_id = new.workspace_id and a.message_id = new.id) then
      perform settle_ends(new.workspace_id, array(select a.conversation_id from mood_ask a where a.workspace_id = new.workspace_id and a.message_id = new.id) || array[old.conversation_id, new.conversation_id]);
    end if;
  else
    perform settle_ends(new.workspace_id, array_remove(array[new.id, old.merged_into, new.merged_into], null));
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.ends_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare one record;
begin
  for one in select workspace_id, array_agg(distinct conversation_id) || coalesce(array_agg(distinct home) filter (where home is not null), '{}') as ids from changed group by workspace_id loop
    perform settle_ends(one.workspace_id, one.ids);
  end loop;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.erased_as(key erasure_key, kind text, what text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select sha256(key.outer_pad || sha256(key.inner_pad || convert_to(kind || ':' || what, 'UTF8'))) $function$
;

CREATE OR REPLACE FUNCTION public.events_since(since xid8, most integer)
 RETURNS SETOF event
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select * from event where xid >= since order by xid, id limit most $function$
;

CREATE OR REPLACE FUNCTION public.filing_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare one record;
begin
  for one in select f.workspace_id, array_agg(distinct date_bin('15 minutes', c.created_at, 'epoch')) as times
    from ((select workspace_id, conversation_id, problem_id from was except select workspace_id, conversation_id, problem_id from changed)
      union (select workspace_id, conversation_id, problem_id from changed except select workspace_id, conversation_id, problem_id from was)) f
      join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id group by f.workspace_id loop
    perform touch_weeks(one.workspace_id, one.times);
  end loop;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.filing_touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare one record;
begin
  for one in select f.workspace_id, array_agg(distinct date_bin('15 minutes', c.created_at, 'epoch')) as times from changed f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id group by f.workspace_id loop
    perform touch_weeks(one.workspace_id, one.times);
  end loop;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.form_home(form uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select f.workspace_id from form f where f.id = form and f.enabled $function$
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

CREATE OR REPLACE FUNCTION public.mood_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare one record;
begin
  for one in select workspace_id, array_agg(distinct conversation_id) as ids from changed group by workspace_id loop
    perform settle_ends(one.workspace_id, one.ids);
  end loop;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.nearly_alone(place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select coalesce((select n.conversations > 100000 and n.conversations * 2 >= (select sum(o.conversations) from counter o)
    from counter n where n.workspace_id = place), false)
$function$
;

CREATE OR REPLACE FUNCTION public.newest_called(place uuid, folded_query text, most integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  newest uuid[];
begin
  if (select count(*) from (select s.folded from search_name s where s.workspace_id = place order by s.customer_id desc limit 200) s
      where strpos(s.folded, folded_query) > 0) < 40 then
    return null;
  end if;
  select array_agg(f.customer_id) into newest from (
    select s.customer_id from (select s.customer_id, s.folded from search_name s where s.workspace_id = place order by s.customer_id desc limit most * 10) s
    where strpos(s.folded, folded_query) > 0 limit most) f;
  return case when cardinality(newest) = most then newest end;
end $function$
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

CREATE OR REPLACE FUNCTION public.praise_home(named text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select workspace_id from praise where code = named and consented_at is not null and withdrawn_at is null limit 1
$function$
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
  newest uuid[] := newest_called(place, folded_query, greatest(most, 500));
  n int;
begin
  if newest is not null then
    return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real
      from search_name s where s.workspace_id = place and s.customer_id = any (newest) order by 2 desc, 1 limit most;
    return;
  end if;
  return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real
    from (select s.customer_id, s.folded from search_name s where s.workspace_id = place and s.folded like '%' || inside || '%' limit greatest(most, 5000)) s
    order by 2 desc, 1 limit most;
  get diagnostics n = row_count;
  if n >= most or length(folded_query) < 6 then
    return;
  end if;
  if nearly_alone(place) then
    return query select s.customer_id, (s.near * 0.59)::real from (
        select s.customer_id, word_similarity(folded_query, s.folded) as near from search_name s
        where coalesce(s.workspace_id, place) = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' limit greatest(most, 300)) s
      order by 2 desc, 1 limit most - n;
    return;
  end if;
  return query select s.customer_id, (s.near * 0.59)::real from (
      select s.customer_id, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' limit greatest(most, 300)) s
    order by 2 desc, 1 limit most - n;
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
  newest uuid[];
  older int;
  deep int;
  hit record;
  last uuid;
  row_by_row boolean := false;
begin
  if query::text like '%:*%' then
    foreach deep in array array[1500, 12000] loop
      newest := '{}';
      last := null;
      for hit in select s.conversation_id as conversation, s.message_id as message from (
          select s.bucket, s.conversation_id, s.message_id, s.words from search_row s
          where s.workspace_id = place and (below is null or s.conversation_id < below) order by s.conversation_id desc limit deep) s
        where s.bucket <= high and ts_match_vq(s.words, query)
      loop
        if hit.conversation is distinct from last then
          exit when cardinality(newest) = most;
          newest := newest || hit.message;
          last := hit.conversation;
        elsif hit.message > newest[cardinality(newest)] then
          newest[cardinality(newest)] := hit.message;
        end if;
      end loop;
      if cardinality(newest) = most then
        return query select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.message_id = any (newest) order by s.bucket desc, s.conversation_id desc;
        return;
      end if;
      exit when cardinality(newest)::bigint * (high + 1) < 2500; -- few among few: the index gathers them sooner
    end loop;
    select count(*) >= 4 into row_by_row from (
        select s.words from search_row s where s.workspace_id = place and s.conversation_id <
          (select c.id from conversation c where c.workspace_id = place and c.number <= high::bigint * 500 order by c.number desc limit 1)
        order by s.conversation_id desc limit 400) s where ts_match_vq(s.words, query);
  end if;
  while here >= 0 and got < most loop
    if looked >= 2 and older is null and got::bigint * got * (here + 1) <= 100::bigint * (most - got) * looked * looked then
      -- What nobody wrote lately may have been common before: one bucket halfway back tells.
      select count(*) into older from search_row s where s.workspace_id = place and s.bucket = here / 2 and s.words @@ query;
    end if;
    if (got + older)::bigint * (got + older) * (here + 1) <= 100::bigint * (most - got) * (looked + 1) * (looked + 1) then
      if nearly_alone(place) then
        return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
            where coalesce(s.workspace_id, place) = place and s.words @@ query and s.bucket + 0 <= here)
          select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
          order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
        return;
      end if;
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.words @@ query and s.bucket + 0 <= here)
        select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
      return;
    end if;
    if row_by_row then
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.bucket = here and ts_match_vq(s.words, query) and (below is null or here < high or s.conversation_id < below))
        select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.conversation_id desc, f.message_id desc limit most - got;
    else
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.bucket = here and s.words @@ query and (below is null or here < high or s.conversation_id < below))
        select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.conversation_id desc, f.message_id desc limit most - got;
    end if;
    get diagnostics n = row_count;
    got := got + n;
    looked := looked + 1;
    here := here - 1;
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION public.seldom_tagged(tag text, most integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  half bigint;
  halfway timestamptz;
  ids uuid[];
begin
  if (select count(*) from (select c.tags from conversation c where c.workspace_id = place and c.tags <> '{}' order by c.last_at desc limit 300) c
      where tag = any (c.tags)) >= 6 then
    select n.conversations / 2 into half from counter n where n.workspace_id = place;
    select c.last_at into halfway from conversation c where c.workspace_id = place and c.number <= half order by c.number desc limit 1;
    if (select count(*) from (select c.tags from conversation c where c.workspace_id = place and c.tags <> '{}' and c.last_at < halfway order by c.last_at desc limit 300) c
        where tag = any (c.tags)) >= 3 then
      return null;
    end if;
  end if;
  if nearly_alone(place) then
    with found as materialized (select c.id from conversation c where coalesce(c.workspace_id, place) = place and c.tags <> '{}' and c.tags @> array[tag])
      select array_agg(f.id) into ids from (select id from found limit most) f;
  else
    with found as materialized (select c.id from conversation c where c.workspace_id = place and c.tags <> '{}' and c.tags @> array[tag])
      select array_agg(f.id) into ids from (select id from found limit most) f;
  end if;
  return case when cardinality(ids) = most then null else coalesce(ids, '{}') end;
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_ends(w uuid, ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  homes uuid[];
  held uuid[] := '{}';
begin
  perform 1 from conversation c where c.workspace_id = w and c.id = any (ids) order by c.id for key share;
  loop
    homes := array(
      select distinct x from mood_ask a cross join lateral unnest(array[a.conversation_id, a.home,
          (select m.conversation_id from message m where m.workspace_id = w and m.id = a.message_id)]) x
      where a.workspace_id = w and (a.conversation_id = any (ids) or a.home = any (ids)) and x is not null);
    if cardinality(homes) = 0 then
      return;
    end if;
    exit when homes <@ held;
    perform 1 from conversation c where c.workspace_id = w and c.id = any (homes) order by c.id for no key update;
    held := held || homes;
  end loop;
  with moved as (
    update mood_ask a set home = case when c.merged_into is null then c.id
        else coalesce((select m.conversation_id from message m where m.workspace_id = w and m.id = a.message_id), c.merged_into) end
    from conversation c
    where a.workspace_id = w and c.workspace_id = w and c.id = a.conversation_id and (a.conversation_id = any (ids) or a.home = any (ids))
    returning a.home)
  select array_agg(distinct home) into homes from moved;
  homes := array(select distinct unnest(homes || ids));
  update mood_ask a set counts = n.counts, started = n.s, lift = n.l
  from (
    select o.id, p.s, p.l, k.folder = 'inbox' and k.merged_into is null and k.parent_kind is distinct from 'side' and o.excluded is distinct from 'practice'
        and row_number() over (partition by o.home order by o.excluded is not distinct from 'practice', o.answered_at is null, o.excluded is not null, o.at desc, o.id desc) = 1 as counts
    from mood_ask o
      join conversation k on k.workspace_id = w and k.id = o.home
      left join lateral (
        select min(m.value) filter (where m.stage = 'start') as s, min(m.value) filter (where m.stage = 'latest') - min(m.value) filter (where m.stage = 'start') as l
        from mood m where m.workspace_id = w and m.conversation_id = o.home
        group by m.source having count(*) = 2 order by array_position('{person,model,text}'::text[], m.source) limit 1) p on true
    where o.workspace_id = w and o.home = any (homes)) n
  where a.workspace_id = w and a.id = n.id and (a.counts, a.started, a.lift) is distinct from (n.counts, n.s, n.l);
end $function$
;

CREATE OR REPLACE FUNCTION public.sign_in_providers(domain text)
 RETURNS TABLE(workspace_id uuid, id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select p.workspace_id, p.id, p.name from sign_in_provider p
  where lower(domain) = any (p.domains) or (domain = '' and (select count(*) from workspace w where w.sample_of is null) = 1)
  order by p.name, p.id limit 10
$function$
;

CREATE OR REPLACE FUNCTION public.tell_newest()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update event_cursor set newest = new.name;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.touch_weeks(w uuid, times timestamp with time zone[])
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into week_touched (workspace_id, week, during)
  select distinct w, date_trunc('week', (t at time zone 'UTC') + d)::date, pg_current_xact_id()::text::bigint
  from unnest(times) t, unnest(array[interval '-14 hours', interval '14 hours']) d
  where w::text = current_setting('app.workspace_id', true) and exists (select 1 from workspace where id = w)
  on conflict do nothing
$function$
;

CREATE OR REPLACE FUNCTION public.tracker_home(tracker uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select t.workspace_id from tracker t where t.id = tracker $function$
;

CREATE OR REPLACE FUNCTION public.upload_taken()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update upload u set waiting_since = null where u.workspace_id = new.workspace_id and u.waiting_since is not null
    and u.id in (select (a->>'upload')::uuid from jsonb_array_elements(new.attachments) a where a ? 'upload');
  return null;
end $function$
;
