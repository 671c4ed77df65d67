-- Visits, and what a site tells of them. Kept only of visitors who opened the chat, are signed in there, or agreed to it.
alter table visitor
  add column visits integer not null default 1,
  -- Said by the page: true agreed to being counted, false refused it; null was not asked.
  add column consent boolean,
  -- Where they are, as two letters and a name; never the address it was read from.
  add column country text not null default '',
  add column city text not null default '';

-- The words of the greeting that a visitor answered, which stand first in their chat.
alter table chat add column greeting text not null default '';

-- Days that visits and their events stay; null is for ever.
alter table retention add column visits integer default 90 check (visits between 1 and 36500);

-- What a page or the company's own server told of somebody (`event`), and the pages a visitor saw (`page`).
create table visitor_event (
  workspace_id uuid not null references workspace (id) on delete cascade,
  -- Made of the name its teller gave it, so that it is told once; else of its own.
  id uuid not null,
  -- Of a visitor, as their page told, or of a customer, as the API told.
  visitor_id uuid,
  customer_id uuid,
  kind text not null check (kind in ('event', 'page')),
  name text not null,
  meta jsonb not null default '{}',
  at timestamptz not null default date_trunc('milliseconds', now()),
  primary key (workspace_id, id),
  foreign key (workspace_id, visitor_id) references visitor (workspace_id, id) on delete cascade,
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade,
  check ((visitor_id is null) <> (customer_id is null))
);
create index visitor_event_visitor on visitor_event (workspace_id, visitor_id, at) where visitor_id is not null;
create index visitor_event_customer on visitor_event (workspace_id, customer_id, at) where customer_id is not null;
create index visitor_event_at on visitor_event (workspace_id, at);
alter table visitor_event enable row level security;
alter table visitor_event force row level security;
create policy own on visitor_event
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
