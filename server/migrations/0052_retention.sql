-- How long things stay, in days; null is for ever.
create table retention (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversations integer check (conversations between 30 and 36500),
  spam integer check (spam between 1 and 36500),
  files integer check (files between 30 and 36500),
  events integer check (events between 30 and 36500),
  audit integer default 1095 check (audit between 30 and 36500),
  ran_at timestamptz,
  primary key (workspace_id)
);
alter table retention enable row level security;
alter table retention force row level security;
create policy own on retention
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
create trigger audited after insert or update or delete on retention for each row execute function audited('settings', 'retention', '', 'ran_at');
