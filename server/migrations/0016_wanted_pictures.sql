-- Senders whose pictures are loaded without asking: somebody of the team said "always".
create table picture_sender (
  workspace_id uuid not null references workspace (id) on delete cascade,
  address text not null,
  person_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, address)
);
alter table picture_sender enable row level security;
alter table picture_sender force row level security;
create policy own on picture_sender using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
