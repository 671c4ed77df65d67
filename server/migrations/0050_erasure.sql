-- Who is to be erased, when, and what became of it. Nothing of the person stands here but an id that names nobody afterwards.
create table erasure (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  customer_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'cancelled')),
  by_id uuid,
  asked_at timestamptz not null default now(),
  due_at timestamptz not null,
  finished_at timestamptz,
  counts jsonb not null default '{}',
  primary key (workspace_id, id)
);
create unique index erasure_open on erasure (workspace_id, customer_id) where state in ('waiting', 'running');
alter table erasure enable row level security;
alter table erasure force row level security;
create policy own on erasure
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- The workspace's own key for the marks below, as the two pads of HMAC-SHA-256; made at the first erasure.
create table erasure_key (
  workspace_id uuid not null references workspace (id) on delete cascade,
  inner_pad bytea not null,
  outer_pad bytea not null,
  primary key (workspace_id)
);
alter table erasure_key enable row level security;
alter table erasure_key force row level security;
create policy own on erasure_key
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- What must not come back: Message-IDs, the words of mails, and addresses for what was written before; keyed, so that a mark says nothing.
create table erased_mark (
  workspace_id uuid not null references workspace (id) on delete cascade,
  mark bytea not null,
  at timestamptz not null default now(),
  primary key (workspace_id, mark)
);
alter table erased_mark enable row level security;
alter table erased_mark force row level security;
create policy own on erased_mark
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

create function erased_as(key erasure_key, kind text, what text) returns bytea language sql immutable set search_path = pg_catalog, pg_temp as $$
  select sha256(key.outer_pad || sha256(key.inner_pad || convert_to(kind || ':' || what, 'UTF8'))) $$;
