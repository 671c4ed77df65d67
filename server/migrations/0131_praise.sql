-- Praise with consent: what a happy customer said in words, offered to be shown, and shown on a page of its own once they agreed.

create table praise (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  -- The question whose answer it is: a row of mood_ask or of survey_ask.
  source text not null check (source in ('mood', 'survey')),
  source_id uuid not null,
  conversation_id uuid not null,
  customer_id uuid not null,
  brand_id uuid,
  language text not null default 'en',
  -- As they were said, and as they are shown: nobody edits them.
  words text not null,
  -- As they want to be called; none is none.
  name text not null default '',
  -- What the page's address and orders name it by.
  code text not null,
  offered_at timestamptz not null default now(),
  consented_at timestamptz,
  -- Taken back, by themselves or by the team: the page is gone.
  withdrawn_at timestamptz,
  visits int not null default 0,
  primary key (workspace_id, id),
  unique (workspace_id, source_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade,
  foreign key (workspace_id, brand_id) references brand (workspace_id, id) on delete set null (brand_id)
);
create index praise_code on praise (code);
create index praise_shown on praise (workspace_id, consented_at desc) where consented_at is not null;
create index praise_conversation on praise (workspace_id, conversation_id);
create index praise_customer on praise (workspace_id, customer_id);

-- Who looked today, as a mark that says nothing of whom: each once a day. Tomorrow it is gone, and the number stays.
create table praise_visit (
  workspace_id uuid not null references workspace (id) on delete cascade,
  praise_id uuid not null,
  day date not null,
  mark text not null,
  primary key (workspace_id, praise_id, day, mark),
  foreign key (workspace_id, praise_id) references praise (workspace_id, id) on delete cascade
);

-- What was ordered by somebody who came from there; each order once.
create table praise_order (
  workspace_id uuid not null references workspace (id) on delete cascade,
  order_id text not null,
  praise_id uuid not null,
  amount numeric(14, 2),
  currency text,
  at timestamptz not null default now(),
  primary key (workspace_id, order_id),
  foreign key (workspace_id, praise_id) references praise (workspace_id, id) on delete cascade
);
create index praise_order_of on praise_order (workspace_id, praise_id);

do $$
declare one text;
begin
  foreach one in array array['praise', 'praise_visit', 'praise_order'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;

-- The owner of the tables, as whom this function works, sees all of them. Whose page an address names: asked before anything is known of who looks.
create function praise_home(named text) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select workspace_id from praise where code = named and consented_at is not null and withdrawn_at is null limit 1
$$;
alter table praise no force row level security;
