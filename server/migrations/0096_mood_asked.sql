-- The one question at the end: asked in the answer that resolves, answered without signing in. A row a resolving answer, also where
-- nobody was asked: then it says why. "Not asked" is not "silent".
create table mood_ask (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  conversation_id uuid not null,
  -- The resolving answer, and as it stood then: who wrote it, for which team, through which inbox and channel.
  message_id uuid not null,
  author_id uuid,
  team_id uuid,
  inbox_id uuid,
  channel text not null,
  language text not null default 'en',
  at timestamptz not null default now(),
  -- Why nobody was asked; null when they were.
  excluded text,
  -- What was fetched of its links, each once: a person taps one, a program that looks into mail takes all.
  tapped text[] not null default '{}',
  tapped_at timestamptz,
  -- The customer's own word, from the moment the button of the page was pressed.
  compared text check (compared in ('better', 'same', 'worse')),
  value int check (value between 1 and 5),
  words text not null default '',
  answered_at timestamptz,
  -- In which browser: another one's answer, from a mail that was passed on, changes nothing.
  browser_hash bytea,
  primary key (workspace_id, id),
  unique (workspace_id, message_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  check ((answered_at is null) = (compared is null)),
  check (excluded is null or answered_at is null)
);
create index mood_ask_conversation on mood_ask (workspace_id, conversation_id);
create index mood_ask_at on mood_ask (workspace_id, at);

-- Whether customers are asked at all is the company's choice; of one conversation it is nobody's.
alter table workspace add column asks_mood boolean not null default true;

do $$
begin
  execute 'alter table mood_ask enable row level security';
  execute 'alter table mood_ask force row level security';
  execute 'create policy own on mood_ask using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)';
end $$;
