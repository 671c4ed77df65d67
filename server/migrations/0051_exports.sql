-- Everything held of a customer, or of the whole workspace, as a file to take away for some days. Its bytes lie in pieces among the blobs.
create table data_export (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('customer', 'workspace')),
  customer_id uuid,
  by_id uuid,
  state text not null default 'running' check (state in ('running', 'ready', 'failed')),
  done integer not null default 0,
  total integer not null default 0,
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  primary key (workspace_id, id)
);
alter table data_export enable row level security;
alter table data_export force row level security;
create policy own on data_export
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

create table data_export_piece (
  workspace_id uuid not null references workspace (id) on delete cascade,
  export_id uuid not null,
  n integer not null,
  hash bytea not null,
  primary key (workspace_id, export_id, n),
  foreign key (workspace_id, export_id) references data_export (workspace_id, id) on delete cascade
);
create index data_export_piece_hash on data_export_piece (workspace_id, hash);
alter table data_export_piece enable row level security;
alter table data_export_piece force row level security;
create policy own on data_export_piece
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
