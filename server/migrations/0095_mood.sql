-- How customers feel: at the start (read from what they wrote, or said by a person), lately, and at the end in their own words.

-- One row a value: where it comes from, and how sure it is. What a person said stands before what was read.
create table mood (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  stage text not null check (stage in ('start', 'latest')),
  source text not null check (source in ('text', 'model', 'person')),
  value int not null check (value between 1 and 5),
  upset boolean not null default false,
  stuck boolean not null default false,
  -- Of what was read; nobody asks a person how sure they are.
  confidence real check (confidence between 0 and 1),
  language text,
  message_id uuid,
  by_id uuid,
  at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, stage, source),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  check ((source = 'person') = (confidence is null))
);

-- What the list shows: somebody is upset, or cannot go on. Nothing for everybody else.
alter table conversation add column mood text;

do $$
begin
  execute 'alter table mood enable row level security';
  execute 'alter table mood force row level security';
  execute 'create policy own on mood using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)';
end $$;
