-- What a new conversation is about, as far as it can be told when it comes: the problem or cluster that it resembles.
create table topic_heard (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  problem_id uuid,
  cluster_id uuid,
  at timestamptz not null,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade,
  foreign key (workspace_id, cluster_id) references cluster (workspace_id, id) on delete cascade
);
create index topic_heard_at on topic_heard (workspace_id, at);

-- A topic of which more comes than its hour and weekday explain; one that is not over has no end.
create table rise (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  problem_id uuid,
  cluster_id uuid,
  -- What was seen when it was flagged: so many customers in so many minutes, where so many are usual, and how rare that is by chance.
  customers integer not null,
  minutes integer not null,
  usual real not null,
  chance real not null,
  began_at timestamptz not null,
  flagged_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade,
  foreign key (workspace_id, cluster_id) references cluster (workspace_id, id) on delete cascade,
  check (num_nonnulls(problem_id, cluster_id) = 1)
);
create unique index rise_open on rise (workspace_id, coalesce(problem_id, cluster_id)) where ended_at is null;

-- The conversations behind it; one more joins while it goes on.
create table rise_conversation (
  workspace_id uuid not null references workspace (id) on delete cascade,
  rise_id uuid not null,
  conversation_id uuid not null,
  primary key (workspace_id, rise_id, conversation_id),
  foreign key (workspace_id, rise_id) references rise (workspace_id, id) on delete cascade,
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);

do $$
declare one text;
begin
  foreach one in array array['topic_heard', 'rise', 'rise_conversation'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
