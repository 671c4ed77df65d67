-- Whom a note in it mentions: the view Mentions.
alter table conversation add column mentioned uuid[] not null default '{}';
create index conversation_mentioned on conversation (workspace_id, last_at desc, id desc) where mentioned <> '{}';
update conversation c set mentioned = n.people
from (select workspace_id, conversation_id, array_agg(distinct person_id) as people from notification where kind = 'mentioned' and conversation_id is not null group by 1, 2) n
where c.workspace_id = n.workspace_id and c.id = n.conversation_id;

-- A view somebody saved: theirs alone, a team's, or (with neither) everyone's.
create table saved_view (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  owner_id uuid,
  team_id uuid,
  name text not null,
  icon text not null,
  filter jsonb not null,
  position int not null default 0,
  created_at timestamptz not null default now(),
  -- Deleted, and brought back by undo; gone for good a day later.
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references person on delete cascade,
  foreign key (workspace_id, team_id) references team on delete cascade
);

-- One action on many conversations. What each was before is kept for an hour, for the way back.
create table bulk (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  person_id uuid not null,
  key_id uuid,
  action jsonb not null,
  state text not null default 'running' check (state in ('running', 'stopped', 'done', 'undoing', 'undone')),
  total int not null,
  done int not null default 0,
  skipped int not null default 0,
  undone int not null default 0,
  kept int not null default 0,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person on delete cascade
);
create table bulk_item (
  workspace_id uuid not null,
  bulk_id uuid not null,
  conversation_id uuid not null,
  state text not null default 'todo' check (state in ('todo', 'done', 'skipped', 'undone', 'kept')),
  before jsonb,
  version int,
  primary key (workspace_id, bulk_id, conversation_id),
  foreign key (workspace_id, bulk_id) references bulk on delete cascade
);
create index bulk_item_todo on bulk_item (workspace_id, bulk_id, state, conversation_id);

do $$
declare t text;
begin
  foreach t in array array['saved_view', 'bulk', 'bulk_item'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
