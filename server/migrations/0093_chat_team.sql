-- What a team can do with its chats: who is there and has room, who waits, who came into a chat, and who may not write for a while.

-- Who takes chats. `seen_at`: when a screen of theirs was last open, said anew while one is.
create table attendance (
  workspace_id uuid not null references workspace (id) on delete cascade,
  person_id uuid not null,
  seen_at timestamptz,
  away_since timestamptz,
  -- So many chats at once; none takes what the workspace says.
  most int check (most between 0 and 100),
  primary key (workspace_id, person_id),
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete cascade
);
alter table workspace add column chats_each int not null default 4;

-- Visitors who may not write: for a time, or until somebody lets them again.
create table visitor_block (
  workspace_id uuid not null references workspace (id) on delete cascade,
  visitor_id uuid not null,
  until timestamptz,
  reason text not null default '',
  by_id uuid,
  conversation_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, visitor_id),
  foreign key (workspace_id, visitor_id) references visitor (workspace_id, id) on delete cascade
);

-- Since when nobody has room for it.
alter table chat add column queued_at timestamptz;
-- A line that says who of the team came into the chat; its message is none.
alter table chat_line add column joined_id uuid;
alter table chat_line add column at timestamptz;
-- Whether a new chat, or a word in one's own, may be heard.
alter table notification_choice add column sound boolean not null default true;

do $$
declare one text;
begin
  foreach one in array array['attendance', 'visitor_block'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
create trigger audited after update of most on attendance for each row execute function audited('settings', 'attendance', '', 'seen_at,away_since');
create trigger audited after insert or update or delete on visitor_block for each row execute function audited('settings', 'visitor_block', 'reason', 'by_id,conversation_id');
