-- Why a message was taken for spam, or was not: a score with its reasons. On the conversation that of the mail which opened it, and who
-- moved it. Null for what came before there was a score.
alter table message add column spam jsonb;
alter table conversation add column spam jsonb;

-- Who blocked, and the other list: senders whose mail is never spam.
alter table blocked_sender add column by_id uuid;
create table allowed_sender (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  pattern text not null,
  by_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index allowed_sender_pattern on allowed_sender (workspace_id, pattern);

-- How strict the filter is, and what it learned: how often each feature (a hashed word) was seen in spam and in what was not.
-- The version only ever grows, so that a process knows whether what it remembers is still so.
create table spam_filter (
  workspace_id uuid primary key references workspace on delete cascade,
  threshold real not null default 5,
  version bigint not null default 1,
  spam int not null default 0,
  good int not null default 0,
  counts bytea,
  updated_at timestamptz not null default now()
);
-- What was learned from which conversation, so that it counts once and can be taken back exactly.
create table spam_lesson (
  workspace_id uuid not null references workspace on delete cascade,
  conversation_id uuid not null,
  spam boolean not null,
  features bytea not null,
  at timestamptz not null default now(),
  primary key (workspace_id, conversation_id)
);
create index spam_lesson_oldest on spam_lesson (workspace_id, spam, at);

do $$
declare t text;
begin
  foreach t in array array['allowed_sender', 'spam_filter', 'spam_lesson'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
