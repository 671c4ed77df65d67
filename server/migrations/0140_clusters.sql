-- What unfiled conversations have in common, found by Hearten: groups of those that are alike, until somebody makes a problem of one or
-- says that it is none.
create table cluster (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  -- From the words that tell it from the rest.
  name text not null,
  words jsonb not null default '{}',
  state text not null default 'open' check (state in ('open', 'dismissed', 'made')),
  -- As many as it had when somebody said that it is no problem: it comes again only when it has grown well beyond.
  dismissed_at_size integer,
  problem_id uuid,
  decided_by uuid,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete set null (problem_id)
);

-- A conversation is in one of them at most; those of one that was made into a problem are kept for the way back.
create table cluster_conversation (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  cluster_id uuid not null,
  -- How like the rest of it: the most like stand first.
  closeness real not null,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, cluster_id) references cluster (workspace_id, id) on delete cascade
);
create index cluster_conversation_of on cluster_conversation (workspace_id, cluster_id, closeness desc);

-- When it was last looked for, how many conversations were looked at, and how long that took.
create table cluster_run (
  workspace_id uuid not null references workspace (id) on delete cascade,
  at timestamptz not null default now(),
  conversations integer not null,
  took_ms integer not null,
  primary key (workspace_id)
);

do $$
declare one text;
begin
  foreach one in array array['cluster', 'cluster_conversation', 'cluster_run'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
