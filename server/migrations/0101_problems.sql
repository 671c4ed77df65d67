-- What customers could not do, and what is done about it. One that was merged away stays, and leads to where it is now.
create table problem (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  -- What the customer could not do.
  name text not null,
  -- Where in the journey it is, how this customer is made good, and how the next one is spared it.
  step text not null default '',
  remedy text not null default '',
  prevention text not null default '',
  cause text check (cause in ('product', 'policy', 'docs', 'support')),
  fix text check (fix in ('article', 'product', 'policy', 'message', 'none')),
  owner_id uuid,
  state text not null default 'found' check (state in ('found', 'known', 'fixing', 'fixed', 'verified', 'wont')),
  workaround text not null default '',
  answer text not null default '',
  link text not null default '',
  shipped_on date,
  merged_into uuid,
  -- Filings that a merge left out, because the conversation was filed under both; the others say themselves where they came from.
  merge_undo jsonb,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references person (workspace_id, id) on delete set null (owner_id),
  foreign key (workspace_id, merged_into) references problem (workspace_id, id),
  check (merged_into <> id)
);

-- What a conversation was about. `place` 0 is the first cause, others stand behind it; what is no problem has one row alone.
create table conversation_problem (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  place integer not null check (place between 0 and 4),
  kind text not null check (kind in ('problem', 'question', 'one-off', 'praise')),
  problem_id uuid,
  weight real not null default 1 check (weight > 0 and weight <= 1),
  -- Null: filed by Hearten, as what it resembles most.
  filed_by uuid,
  -- How sure the suggestion was, where one was followed.
  confidence real,
  provisional boolean not null default true,
  confirmed_by uuid,
  -- The problems it was filed under before they were merged, the last one last.
  came_from uuid[] not null default '{}',
  filed_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, place),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, problem_id) references problem (workspace_id, id),
  check ((kind = 'problem') = (problem_id is not null)),
  check (kind = 'problem' or place = 0)
);
create unique index conversation_problem_once on conversation_problem (workspace_id, problem_id, conversation_id) where problem_id is not null;

-- The words of what was filed under a problem, by how many of its newest conversations hold each: what a suggestion compares with.
create table problem_words (
  workspace_id uuid not null references workspace (id) on delete cascade,
  problem_id uuid not null,
  conversations integer not null,
  words jsonb not null,
  primary key (workspace_id, problem_id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade
);

do $$
declare one text;
begin
  foreach one in array array['problem', 'conversation_problem', 'problem_words'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
create trigger audited after insert or update or delete on problem for each row execute function audited('settings', 'problem', '', 'version,merge_undo');
