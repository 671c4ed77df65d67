-- Everything stands behind a workspace: workspace_id first in each key, row security behind each query.
-- Named exceptions (house.test.ts holds the list): what is read before the workspace is known.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;
create extension if not exists unaccent;
-- Words as they are, without accents: no language's stemming, because a desk reads many.
create text search configuration hearten (copy = simple);
alter text search configuration hearten alter mapping for word, hword, hword_part with unaccent, simple;

-- ── exempt: known before the workspace is ──────────────────────────────────────────────────────────────
create table workspace (
  id uuid primary key,
  name text not null,
  language text not null default 'en',
  time_zone text not null default 'UTC',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);

-- One sign-in; it may be a person in several workspaces.
create table account (
  id uuid primary key,
  email text not null,
  password_hash text,
  totp_secret bytea,
  totp_on boolean not null default false,
  totp_step bigint not null default 0,
  recovery text[] not null default '{}',
  created_at timestamptz not null default now()
);
create unique index account_email on account (lower(email));

create table session (
  token_hash bytea primary key,
  id uuid not null unique,
  account_id uuid not null references account on delete cascade,
  workspace_id uuid references workspace on delete cascade,
  csrf text not null,
  ip text not null default '',
  agent text not null default '',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_account on session (account_id);

-- One-time links: set-up, invitation, reset. Only the hash is kept.
create table link (
  token_hash bytea primary key,
  id uuid not null unique,
  purpose text not null check (purpose in ('setup', 'invite', 'reset')),
  workspace_id uuid references workspace on delete cascade,
  account_id uuid references account on delete cascade,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index link_workspace on link (workspace_id, purpose) where used_at is null;

-- Guesses, counted per account and per address of the caller.
create table attempt (
  key text primary key,
  count int not null,
  until timestamptz not null
);

-- ── team ───────────────────────────────────────────────────────────────────────────────────────────────
create table person (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  account_id uuid not null references account on delete cascade,
  name text not null,
  email text not null,
  role text not null check (role in ('owner', 'manager', 'lead', 'representative', 'specialist', 'viewer')),
  active boolean not null default true,
  language text not null default 'en',
  time_zone text not null default 'UTC',
  signature text not null default '',
  settings jsonb not null default '{}',
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index person_account on person (workspace_id, account_id);
create index person_by_account on person (account_id);

create table team (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index team_name on team (workspace_id, lower(name));
create table team_person (
  workspace_id uuid not null,
  team_id uuid not null,
  person_id uuid not null,
  primary key (workspace_id, team_id, person_id),
  foreign key (workspace_id, team_id) references team on delete cascade,
  foreign key (workspace_id, person_id) references person on delete cascade
);

-- The token carries its workspace, so it is looked up behind row security like everything else.
create table api_key (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  token_hash bytea not null,
  name text not null,
  scopes text[] not null,
  person_id uuid not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person on delete cascade
);
create unique index api_key_token on api_key (workspace_id, token_hash);

create table system_mail (
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  subject text not null,
  body text not null,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, name)
);

-- ── base: events, blobs, idempotency ───────────────────────────────────────────────────────────────────
-- One row serves timeline, live update, notification and audit. xid orders readers (see base/events.ts).
create table event (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  name text not null,
  conversation_id uuid,
  message_id uuid,
  actor_kind text not null check (actor_kind in ('person', 'customer', 'system', 'key')),
  actor_id uuid,
  data jsonb not null default '{}',
  because uuid,
  depth smallint not null default 0,
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index event_xid on event (xid);
create index event_conversation on event (workspace_id, conversation_id, at, id) where conversation_id is not null;

-- How far each subscriber has read. Exempt: it reads the events of all workspaces.
create table event_cursor (
  subscriber text primary key,
  xid xid8 not null,
  done uuid[] not null default '{}',
  updated_at timestamptz not null default now()
);

-- Bytes by their hash: where they lie is for base/files.ts to know.
create table blob (
  workspace_id uuid not null references workspace on delete cascade,
  hash bytea not null,
  size bigint not null,
  pack text not null,
  start bigint not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, hash)
);
create table upload (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  person_id uuid not null,
  hash bytea not null,
  filename text not null,
  content_type text not null,
  size bigint not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

create table idempotency (
  workspace_id uuid not null references workspace on delete cascade,
  actor_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status int,
  reply jsonb,
  created_at timestamptz not null default now(),
  primary key (workspace_id, actor_id, key)
);
create index idempotency_age on idempotency (workspace_id, created_at);

-- ── customers ──────────────────────────────────────────────────────────────────────────────────────────
create table brand (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create table company (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  domain text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index company_domain on company (workspace_id, domain);
create table customer (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  company_id uuid,
  name text not null default '',
  language text,
  time_zone text,
  away_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, company_id) references company
);
create index customer_company on customer (workspace_id, company_id) where company_id is not null;
create table handle (
  workspace_id uuid not null references workspace on delete cascade,
  kind text not null,
  value text not null,
  customer_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, kind, value),
  foreign key (workspace_id, customer_id) references customer on delete cascade
);
create index handle_customer on handle (workspace_id, customer_id);
create table blocked_sender (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  pattern text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index blocked_sender_pattern on blocked_sender (workspace_id, pattern);

-- ── conversations ──────────────────────────────────────────────────────────────────────────────────────
create table inbox (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  brand_id uuid not null,
  channel text not null,
  name text not null,
  address text not null,
  enabled boolean not null default true,
  settings jsonb not null default '{}',
  secrets bytea,
  state text not null default 'new' check (state in ('new', 'working', 'trouble', 'paused')),
  state_text text not null default '',
  state_at timestamptz,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, brand_id) references brand
);
create unique index inbox_address on inbox (workspace_id, channel, lower(address)) where deleted_at is null;

create table counter (
  workspace_id uuid primary key references workspace on delete cascade,
  conversations bigint not null default 0
);

create table conversation (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  number bigint not null,
  inbox_id uuid not null,
  channel text not null,
  customer_id uuid not null,
  customer_name text not null,
  customer_address text not null,
  subject text not null,
  status text not null default 'open' check (status in ('open', 'waiting', 'snoozed', 'resolved', 'closed')),
  folder text not null default 'inbox' check (folder in ('inbox', 'spam', 'trash')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  category text,
  assignee_id uuid,
  team_id uuid,
  tags text[] not null default '{}',
  participants jsonb not null default '[]',
  snippet text not null default '',
  last_from text not null default 'customer' check (last_from in ('customer', 'team')),
  snoozed_until timestamptz,
  waiting_since timestamptz,
  resolved_at timestamptz,
  message_count int not null default 0,
  merged_into uuid,
  merge_undo jsonb,
  follows uuid,
  version int not null default 1,
  created_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, inbox_id) references inbox,
  foreign key (workspace_id, customer_id) references customer
) with (fillfactor = 80);
create unique index conversation_number on conversation (workspace_id, number);
create index conversation_open on conversation (workspace_id, last_at desc, id desc) where status = 'open' and folder = 'inbox' and merged_into is null;
create index conversation_unassigned on conversation (workspace_id, last_at desc, id desc) where status = 'open' and folder = 'inbox' and merged_into is null and assignee_id is null;
create index conversation_assignee on conversation (workspace_id, assignee_id, status, last_at desc, id desc) where folder = 'inbox' and merged_into is null and assignee_id is not null;
create index conversation_status on conversation (workspace_id, status, last_at desc, id desc) where folder = 'inbox' and merged_into is null and status <> 'open';
create index conversation_resolved on conversation (workspace_id, last_at desc, id desc) where status in ('resolved', 'closed') and folder = 'inbox' and merged_into is null;
create index conversation_all on conversation (workspace_id, folder, last_at desc, id desc) where merged_into is null;
create index conversation_customer on conversation (workspace_id, customer_id, last_at desc);
create index conversation_team on conversation (workspace_id, team_id, last_at desc) where team_id is not null;
create index conversation_inbox on conversation (workspace_id, inbox_id, last_at desc);
create index conversation_tags on conversation using gin (workspace_id, tags) where tags <> '{}';

create table message (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  conversation_id uuid not null,
  inbox_id uuid,
  type text not null check (type in ('in', 'out', 'note')),
  kind text not null default 'message',
  author_id uuid,
  customer_id uuid,
  sender jsonb,
  recipients jsonb not null default '{}',
  subject text not null default '',
  text text not null default '',
  quote text not null default '',
  has_html boolean not null default false,
  attachments jsonb not null default '[]',
  automatic boolean not null default false,
  external_id text,
  in_reply_to text,
  reference_ids text[] not null default '{}',
  raw_hash bytea,
  dedupe bytea,
  status_before text,
  state text check (state in ('queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'bounced', 'cancelled')),
  state_reason text,
  send_at timestamptz,
  sent_at timestamptz,
  attempts int not null default 0,
  fence bigint not null default 0,
  lease_until timestamptz,
  version int not null default 1,
  at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create index message_conversation on message (workspace_id, conversation_id, at, id);
create index message_external on message (workspace_id, external_id) where external_id is not null;
create unique index message_dedupe on message (workspace_id, inbox_id, dedupe) where dedupe is not null;
create index message_leased on message (lease_until) where state = 'sending';

create table draft (
  workspace_id uuid not null references workspace on delete cascade,
  conversation_id uuid not null,
  person_id uuid not null,
  kind text not null default 'reply' check (kind in ('reply', 'note')),
  text text not null default '',
  cc jsonb not null default '[]',
  bcc jsonb not null default '[]',
  attachments text[] not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, person_id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
create table seen (
  workspace_id uuid not null references workspace on delete cascade,
  conversation_id uuid not null,
  person_id uuid not null,
  up_to timestamptz not null,
  primary key (workspace_id, conversation_id, person_id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade
);

-- Narrow, one row a message; bucket = conversation number / 1000, so that a common word is read newest first, a bucket at a time.
create table search_row (
  workspace_id uuid not null references workspace on delete cascade,
  message_id uuid not null,
  conversation_id uuid not null,
  bucket int not null,
  words tsvector not null,
  primary key (workspace_id, message_id)
);
create index search_words on search_row using gin (workspace_id, bucket, words);
create index search_conversation on search_row (workspace_id, conversation_id);
-- Names forgive a typo: one row a customer, name and addresses folded.
create table search_name (
  workspace_id uuid not null references workspace on delete cascade,
  customer_id uuid not null,
  folded text not null,
  primary key (workspace_id, customer_id)
);
create index search_name_trigrams on search_name using gin (workspace_id, folded gin_trgm_ops);

-- ── channels/email ─────────────────────────────────────────────────────────────────────────────────────
-- A row for every mail that ever reached us, with its outcome. Nothing is dropped.
create table inbound_mail (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  inbox_id uuid not null,
  source text not null check (source in ('imap', 'smtp', 'pipe', 'http')),
  folder text not null default '',
  uidvalidity bigint,
  uid bigint,
  raw_hash bytea,
  size bigint not null default 0,
  envelope jsonb not null default '{}',
  state text not null check (state in ('stored', 'processed', 'quarantined', 'ignored')),
  reason text not null default '',
  sender text not null default '',
  subject text not null default '',
  message_id uuid,
  attempts int not null default 0,
  received_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index inbound_mail_uid on inbound_mail (workspace_id, inbox_id, folder, uidvalidity, uid) where uid is not null;
create index inbound_mail_open on inbound_mail (workspace_id, state, received_at) where state in ('stored', 'quarantined');
create index inbound_mail_hash on inbound_mail (workspace_id, inbox_id, raw_hash);
create index inbound_mail_left on inbound_mail (received_at) where state = 'stored';

create table mailbox (
  workspace_id uuid not null references workspace on delete cascade,
  inbox_id uuid not null,
  folder text not null,
  uidvalidity bigint not null,
  last_uid bigint not null default 0,
  swept_at timestamptz,
  primary key (workspace_id, inbox_id, folder),
  foreign key (workspace_id, inbox_id) references inbox on delete cascade
);
-- What we sent by ourselves to an address, so that loops and floods end (RFC 3834).
create table acknowledged (
  workspace_id uuid not null references workspace on delete cascade,
  address text not null,
  day date not null,
  count int not null default 0,
  last_at timestamptz not null default now(),
  primary key (workspace_id, address, day)
);

-- ── notifications ──────────────────────────────────────────────────────────────────────────────────────
create table notification (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  conversation_id uuid,
  event_id uuid not null,
  title text not null default '',
  text text not null default '',
  at timestamptz not null default now(),
  seen_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person on delete cascade
);
create unique index notification_once on notification (workspace_id, person_id, event_id);
create index notification_person on notification (workspace_id, person_id, at desc, id desc);

-- ── row security ───────────────────────────────────────────────────────────────────────────────────────
-- A plain comparison with a setting costs nothing (a call of a volatile function costs 7 to 390 times as much).
-- Unset means null means no rows. The seven tables that the functions below read as their owner are not forced
-- on the owner; the app itself never works as the owner (base/db.ts changes the role with the workspace).
do $$
declare t text;
begin
  foreach t in array array['person', 'team', 'team_person', 'api_key', 'system_mail', 'event', 'blob', 'upload', 'idempotency', 'brand', 'company',
    'customer', 'handle', 'blocked_sender', 'inbox', 'counter', 'conversation', 'message', 'draft', 'seen', 'search_row', 'search_name',
    'inbound_mail', 'mailbox', 'acknowledged', 'notification'] loop
    execute format('alter table %I enable row level security', t);
    if t not in ('event', 'search_row', 'search_name', 'person', 'inbox', 'message', 'inbound_mail') then
      execute format('alter table %I force row level security', t);
    end if;
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;

-- ── doors across workspaces: each reads as the owner and gives out only what its caller needs ──────────
-- The relay's read of the log: everything that a transaction at or above the cursor wrote.
create function events_since(since xid8, most int) returns setof event
language sql stable security definer set search_path = public as
$$ select * from event where xid >= since order by xid, id limit most $$;

-- Which workspaces an account belongs to.
create function places_of(account uuid) returns table (workspace_id uuid, person_id uuid, name text, role text)
language sql stable security definer set search_path = public as
$$ select p.workspace_id, p.id, w.name, p.role from person p join workspace w on w.id = p.workspace_id
   where p.account_id = account and p.active order by w.created_at, w.id $$;

-- Inboxes to listen to, and whose an address is.
create function inboxes_of(channel_name text) returns table (workspace_id uuid, inbox_id uuid)
language sql stable security definer set search_path = public as
$$ select i.workspace_id, i.id from inbox i where i.channel = channel_name and i.enabled and i.deleted_at is null order by 1, 2 $$;
create function inboxes_for(addresses text[]) returns table (workspace_id uuid, inbox_id uuid, address text)
language sql stable security definer set search_path = public as
$$ select i.workspace_id, i.id, lower(i.address) from inbox i where i.channel = 'email' and i.deleted_at is null and lower(i.address) = any (addresses) $$;
create index inbox_by_address on inbox (lower(address)) where channel = 'email' and deleted_at is null;

-- Deliveries whose sender died.
create function leases_lost(most int) returns table (workspace_id uuid, message_id uuid)
language sql stable security definer set search_path = public as
$$ select m.workspace_id, m.id from message m where m.state = 'sending' and m.lease_until < now() limit most $$;
-- Mail stored but not yet read, because the process died in between.
create function mail_left(most int) returns table (workspace_id uuid, mail_id uuid)
language sql stable security definer set search_path = public as
$$ select m.workspace_id, m.id from inbound_mail m where m.state = 'stored' and m.received_at < now() - interval '20 seconds' order by m.received_at limit most $$;

-- Text search is not leakproof, so behind row security Postgres may not use its index; these read the workspace from the setting.
-- Conversations by bucket, newest first, each with its newest message that holds the words, below a place (bucket, conversation).
create function search_messages(query tsquery, low int, high int, below uuid, most int) returns table (bucket int, conversation_id uuid, message_id uuid)
language sql stable security definer set search_path = public as
$$ select distinct on (s.bucket, s.conversation_id) s.bucket, s.conversation_id, s.message_id from search_row s
   where s.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and s.bucket between low and high and s.words @@ query
     and (below is null or (s.bucket, s.conversation_id) < (high, below))
   order by s.bucket desc, s.conversation_id desc, s.message_id desc limit most $$;
create function search_customers(folded_query text, most int) returns table (customer_id uuid, nearness real)
language sql stable security definer set search_path = public set pg_trgm.word_similarity_threshold = 0.45 as
$$ select s.customer_id, word_similarity(folded_query, s.folded) from search_name s
   where s.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid and folded_query <% s.folded
   order by 2 desc, 1 limit most $$;
