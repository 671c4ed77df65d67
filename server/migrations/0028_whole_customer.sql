-- What a team knows of a customer besides name and addresses: a role, fields of the team's own, notes, and duplicates
-- that became one (kept, so that it can be taken back). A company may be known without a domain.
alter table customer
  add column role text,
  add column fields jsonb not null default '{}',
  add column merged_into uuid,
  add column merge_undo jsonb;
alter table customer add constraint customer_merged_into_fkey
  foreign key (workspace_id, merged_into) references customer (workspace_id, id) not valid;
create index customer_merged on customer (workspace_id, merged_into) where merged_into is not null;
alter table company add column fields jsonb not null default '{}', alter column domain drop not null;

-- A field of the team's own. Its key stands in the values and never changes; archived, its values stay.
create table customer_field (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  about text not null check (about in ('customer', 'company')),
  key text not null,
  label text not null,
  kind text not null check (kind in ('text', 'number', 'date', 'yes-no', 'choice', 'link')),
  choices text[] not null default '{}',
  place int not null,
  archived_at timestamptz,
  primary key (workspace_id, id)
);
create unique index customer_field_key on customer_field (workspace_id, about, key);
alter table customer_field enable row level security;
alter table customer_field force row level security;
create policy own on customer_field
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

create table customer_note (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  customer_id uuid not null,
  text text not null,
  author_id uuid not null,
  at timestamptz not null default now(),
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade,
  foreign key (workspace_id, author_id) references person (workspace_id, id)
);
create index customer_note_of on customer_note (workspace_id, customer_id, at desc);
alter table customer_note enable row level security;
alter table customer_note force row level security;
create policy own on customer_note
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- Whose a conversation was before duplicates became one, the latest last: the way back, in order.
alter table conversation add column customers_before uuid[];
