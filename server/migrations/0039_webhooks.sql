-- Addresses of others that want to hear what happens. Secrets and headers of their own are sealed.
create table webhook (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  address text not null,
  description text not null default '',
  -- None means all.
  types text[] not null default '{}',
  active boolean not null default true,
  sealed bytea not null,
  -- Until when what leaves is signed with the former secret as well.
  former_until timestamptz,
  -- Switched off by Hearten, and why.
  disabled text check (disabled in ('gone', 'failing')),
  disabled_at timestamptz,
  -- The first failure since the last success.
  failing_since timestamptz,
  -- It asked for a pause.
  held_until timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
alter table webhook enable row level security;
alter table webhook force row level security;
create policy own on webhook using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- One thing that happened, for one of them. `message_id` is the webhook-id: the same for each try, and for each of them.
create table webhook_delivery (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  webhook_id uuid not null,
  message_id text not null,
  type text not null,
  body text not null,
  conversation_id uuid,
  customer_id uuid,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'failed')),
  -- Steps of the schedule that are used up; every try takes a lease, also one that was broken off.
  tries integer not null default 0,
  lease integer not null default 0,
  lease_until timestamptz,
  next_at timestamptz,
  status integer,
  error text not null default '',
  created_at timestamptz not null default now(),
  first_at timestamptz,
  done_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, webhook_id, message_id),
  foreign key (workspace_id, webhook_id) references webhook (workspace_id, id) on delete cascade
);
create index webhook_delivery_latest on webhook_delivery (workspace_id, webhook_id, created_at, id);
create index webhook_delivery_open on webhook_delivery (workspace_id, webhook_id, created_at, id) where state <> 'delivered';
create index webhook_delivery_conversation on webhook_delivery (workspace_id, conversation_id) where conversation_id is not null;
create index webhook_delivery_customer on webhook_delivery (workspace_id, customer_id) where customer_id is not null;
create index webhook_delivery_age on webhook_delivery (workspace_id, created_at);
alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy own on webhook_delivery using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- What was sent and what came back, try by try.
create table webhook_attempt (
  workspace_id uuid not null references workspace (id) on delete cascade,
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null default now(),
  ms integer not null default 0,
  status integer,
  error text not null default '',
  request jsonb not null default '{}',
  headers jsonb not null default '{}',
  answer text not null default '',
  primary key (workspace_id, delivery_id, number),
  foreign key (workspace_id, delivery_id) references webhook_delivery (workspace_id, id) on delete cascade
);
alter table webhook_attempt enable row level security;
alter table webhook_attempt force row level security;
create policy own on webhook_attempt using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
