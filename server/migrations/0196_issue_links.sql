-- Where the issues are kept that problems link to: each tells at an address of its own what becomes of them, signed with a secret.
create table tracker (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('github', 'gitlab', 'gitea', 'jira', 'linear')),
  name text not null,
  sealed bytea not null,
  -- What it told last, whether or not it was about an issue that a problem links to.
  heard_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index tracker_by_id on tracker (id);

-- What was told already: the same delivery, sent again, changes nothing.
create table tracker_delivery (
  workspace_id uuid not null references workspace (id) on delete cascade,
  tracker_id uuid not null,
  delivery text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, tracker_id, delivery),
  foreign key (workspace_id, tracker_id) references tracker (workspace_id, id) on delete cascade
);
create index tracker_delivery_age on tracker_delivery (workspace_id, at);

-- The state of the issue a problem links to, as its tracker told it last.
create table problem_issue (
  workspace_id uuid not null references workspace (id) on delete cascade,
  problem_id uuid not null,
  -- The link it was told of, in the one way it is compared by: another link has no state yet.
  link text not null default '',
  state text check (state in ('open', 'closed')),
  -- Since when it is so; what was told of an earlier time and comes later changes nothing.
  at timestamptz,
  told_at timestamptz,
  -- It was closed once, and what is open now was opened again.
  reopened boolean not null default false,
  -- Somebody answered "not yet" to what it proposes.
  declined boolean not null default false,
  -- The owner chose that the problem follows it.
  follows boolean not null default false,
  primary key (workspace_id, problem_id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade
);

do $$
declare one text;
begin
  foreach one in array array['tracker', 'tracker_delivery', 'problem_issue'] loop
    execute format('alter table %I enable row level security', one);
    -- Whose a tracker is, the function below reads as its owner.
    if one <> 'tracker' then execute format('alter table %I force row level security', one); end if;
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
create trigger audited after insert or update or delete on tracker for each row execute function audited('settings', 'tracker', 'sealed', 'heard_at');

-- Whose a tracker is: known by nothing but its id until its signature is checked.
create function tracker_home(tracker uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as
$$ select t.workspace_id from tracker t where t.id = tracker $$;
