-- When a team works. `week` is seven lists of [from, to] in minutes, Monday first. `version` grows with every change, of holidays and
-- calendars too: what was reckoned from an older one is out of date.
create table schedule (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  name text not null,
  time_zone text not null,
  week jsonb not null check (jsonb_typeof(week) = 'array' and jsonb_array_length(week) = 7),
  is_default boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index schedule_default on schedule (workspace_id) where is_default;

-- Days that come back by a rule, or come once; closed, or with hours of their own.
create table schedule_holiday (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  schedule_id uuid not null,
  name text not null,
  rule jsonb not null,
  hours jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, schedule_id) references schedule (workspace_id, id) on delete cascade
);
create index schedule_holiday_of on schedule_holiday (workspace_id, schedule_id);

-- One date with hours of its own; they come before everything else.
create table schedule_exception (
  workspace_id uuid not null references workspace (id) on delete cascade,
  schedule_id uuid not null,
  date date not null,
  name text not null default '',
  hours jsonb not null default '[]',
  primary key (workspace_id, schedule_id, date),
  foreign key (workspace_id, schedule_id) references schedule (workspace_id, id) on delete cascade
);

-- Calendars of others that close it: an address that is looked at again, or a file that was read once (no address).
create table schedule_calendar (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  schedule_id uuid not null,
  name text not null,
  address text,
  fetched_at timestamptz,
  tried_at timestamptz,
  trouble text check (trouble in ('unreachable', 'inward', 'refused', 'too-large', 'no-calendar', 'too-much')),
  status integer,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, schedule_id) references schedule (workspace_id, id) on delete cascade
);
create index schedule_calendar_of on schedule_calendar (workspace_id, schedule_id);

-- What stands in them: whole days (both ends counted), or times.
create table schedule_closure (
  workspace_id uuid not null references workspace (id) on delete cascade,
  calendar_id uuid not null,
  number integer not null,
  name text not null,
  first_day date,
  last_day date,
  starts_at timestamptz,
  ends_at timestamptz,
  primary key (workspace_id, calendar_id, number),
  foreign key (workspace_id, calendar_id) references schedule_calendar (workspace_id, id) on delete cascade,
  check ((first_day is null) = (last_day is null) and (starts_at is null) = (ends_at is null) and (first_day is null) <> (starts_at is null))
);

-- Whose hours they are, where they are not those of the workspace.
create table schedule_place (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  schedule_id uuid not null,
  brand_id uuid,
  inbox_id uuid,
  team_id uuid,
  primary key (workspace_id, id),
  unique (workspace_id, brand_id),
  unique (workspace_id, inbox_id),
  unique (workspace_id, team_id),
  check (num_nonnulls(brand_id, inbox_id, team_id) = 1),
  foreign key (workspace_id, schedule_id) references schedule (workspace_id, id) on delete cascade,
  foreign key (workspace_id, brand_id) references brand (workspace_id, id) on delete cascade,
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade,
  foreign key (workspace_id, team_id) references team (workspace_id, id) on delete cascade
);
create index schedule_place_of on schedule_place (workspace_id, schedule_id);

do $$
declare t text;
begin
  foreach t in array array['schedule', 'schedule_holiday', 'schedule_exception', 'schedule_calendar', 'schedule_closure', 'schedule_place'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
create trigger audited after insert or update or delete on schedule for each row execute function audited('settings', 'schedule', '', 'version');
create trigger audited after insert or update or delete on schedule_holiday for each row execute function audited('settings', 'schedule_holiday', '', '');
create trigger audited after insert or update or delete on schedule_exception for each row execute function audited('settings', 'schedule_exception', '', '');
create trigger audited after insert or update or delete on schedule_calendar for each row execute function audited('settings', 'schedule_calendar', '', 'fetched_at,tried_at,trouble,status');
create trigger audited after insert or update or delete on schedule_place for each row execute function audited('settings', 'schedule_place', '', '');
