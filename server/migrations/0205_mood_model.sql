-- A language model that somebody connected, by an endpoint like that of OpenAI: it reads how customers feel, beside what is read here.
create table mood_model (
  workspace_id uuid not null references workspace (id) on delete cascade,
  -- Up to /v1; behind it stand /chat/completions.
  address text not null,
  model text not null,
  secret bytea,
  active boolean not null default true,
  -- When it answered last and how fast, and since when it does not and why.
  worked_at timestamptz,
  took_ms integer,
  failed_at timestamptz,
  trouble text,
  version integer not null default 1,
  primary key (workspace_id)
);
alter table mood_model enable row level security;
alter table mood_model force row level security;
create policy own on mood_model using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
create trigger audited after insert or update or delete on mood_model for each row
  execute function audited('settings', 'mood_model', 'secret', 'worked_at,took_ms,failed_at,trouble,version');
