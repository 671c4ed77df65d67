-- How many orders there were in a week: events of the name that the workspace gives them, counted once the week is over, because events are let
-- go. Kept by that name: under another one nothing of it counts.
alter table workspace add column order_event text not null default 'order';
create table counted_orders (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  event text not null,
  orders integer not null check (orders > 0),
  primary key (workspace_id, week, event)
);
alter table counted_orders enable row level security;
alter table counted_orders force row level security;
create policy own on counted_orders using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
