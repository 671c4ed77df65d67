-- What decides which filings a second person looks at: a key of the workspace that nobody sees, so that neither who files nor who looks chooses.
create table filing_draw (
  workspace_id uuid not null references workspace (id) on delete cascade,
  key bytea not null,
  primary key (workspace_id)
);

-- One of twenty of what people filed or confirmed. `hands` are those who ever filed or confirmed it: none of them answers. What it was filed
-- as is kept as it stood when it was answered, so that putting it right afterwards makes no figure better.
create table filing_audit (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  drawn_at timestamptz not null default now(),
  hands uuid[] not null default '{}',
  answered_by uuid,
  answered_at timestamptz,
  -- `other`: a problem that is not noted yet; `unclear`: nobody could tell.
  said_kind text check (said_kind in ('problem', 'question', 'one-off', 'praise', 'other', 'unclear')),
  said_problem_id uuid,
  filed_kind text check (filed_kind in ('problem', 'question', 'one-off', 'praise')),
  filed_problem_id uuid,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, said_problem_id) references problem (workspace_id, id) on delete cascade,
  foreign key (workspace_id, filed_problem_id) references problem (workspace_id, id) on delete cascade,
  check ((answered_at is null) = (said_kind is null) and (answered_at is null) = (filed_kind is null) and (answered_at is null) = (answered_by is null)),
  check ((said_kind is not distinct from 'problem') = (said_problem_id is not null)),
  check ((filed_kind is not distinct from 'problem') = (filed_problem_id is not null))
);
create index filing_audit_open on filing_audit (workspace_id, drawn_at) where answered_at is null;
create index filing_audit_answered on filing_audit (workspace_id, answered_at) where answered_at is not null;

do $$
declare one text;
begin
  foreach one in array array['filing_draw', 'filing_audit'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
