-- A prepared answer: its writer's alone, a team's, or (with neither) everyone's. With steps it is a macro.
create table snippet (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  owner_id uuid,
  team_id uuid,
  created_by uuid,
  name text not null,
  shortcut text not null default '',
  folder text not null default '',
  text text not null default '',
  html text,
  -- Uploads: pictures within the text, and files beside it.
  files uuid[] not null default '{}',
  -- The same in other languages: { "de": { "text": …, "html": … } }.
  variants jsonb not null default '{}',
  steps jsonb,
  sends boolean not null default false,
  uses int not null default 0,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  archived_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references person on delete cascade,
  -- What a team had is everyone's when the team is gone: prepared words are not thrown away with it.
  foreign key (workspace_id, team_id) references team on delete set null (team_id),
  foreign key (workspace_id, created_by) references person on delete set null (created_by)
);

-- A macro runs as it was when it was started, whatever becomes of it meanwhile.
alter table bulk add column macro jsonb;

alter table snippet enable row level security;
alter table snippet force row level security;
create policy own on snippet using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
