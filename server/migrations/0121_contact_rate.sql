-- How many customers were active in a week: those seen on a page or told of by the API, counted once the week is over, because visits are let go.
create table active_customers (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  customers integer not null check (customers > 0),
  primary key (workspace_id, week)
);
-- The number somebody entered: it holds from its week on until another follows.
create table entered_customers (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  customers integer not null check (customers > 0),
  primary key (workspace_id, week)
);

-- What became of a problem: each state with the day of the fix at that time, and why Hearten set it (no `by_id`).
create table problem_step (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  problem_id uuid not null,
  state text not null,
  shipped_on date,
  by_id uuid,
  why jsonb,
  at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade
);
create index problem_step_problem on problem_step (workspace_id, problem_id, at);

do $$
declare one text;
begin
  foreach one in array array['active_customers', 'entered_customers', 'problem_step'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
create trigger audited after insert or update or delete on entered_customers for each row execute function audited('settings', 'entered_customers', '', '');

insert into problem_step (workspace_id, id, problem_id, state, at) select workspace_id, gen_random_uuid(), id, 'found', created_at from problem;
insert into problem_step (workspace_id, id, problem_id, state, shipped_on)
select workspace_id, gen_random_uuid(), id, state, shipped_on from problem where state <> 'found';
