-- Surveys, and the one book of everything a customer was asked: the question in the answer that resolves, and every survey.

-- Who was asked when, whatever it was. A row is written in the transaction that asks, by whoever holds the customer's turn.
create table ask (
  workspace_id uuid not null references workspace (id) on delete cascade,
  -- That of the question: a row of mood_ask or of survey_ask.
  id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('mood', 'survey')),
  at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade
);
create index ask_customer on ask (workspace_id, customer_id, at);
insert into ask (workspace_id, id, customer_id, kind, at)
select a.workspace_id, a.id, c.customer_id, 'mood', a.at from mood_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id where a.excluded is null;

-- Who wants to be asked nothing. Answers they get all the same.
create table never_asked (
  workspace_id uuid not null references workspace (id) on delete cascade,
  customer_id uuid not null,
  at timestamptz not null default now(),
  primary key (workspace_id, customer_id),
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade
);

create table survey (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('csat', 'ces', 'nps', 'own')),
  running boolean not null default false,
  -- After a conversation was resolved, or on a rhythm of days for each customer.
  moment text not null check (moment in ('resolved', 'rhythm')),
  delay_hours int not null default 24 check (delay_hours between 0 and 720),
  every_days int not null default 90 check (every_days between 14 and 730),
  -- Of a hundred so many are asked.
  share int not null default 100 check (share between 1 and 100),
  audience jsonb not null default '{}',
  questions jsonb not null default '[]',
  intro text not null default '',
  version int not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  primary key (workspace_id, id)
);

-- A row for each time somebody's turn came: asked, or not and why. "Not asked" is not "silent".
create table survey_ask (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  survey_id uuid not null,
  conversation_id uuid not null,
  customer_id uuid not null,
  -- The mail that asks, and as it stood then: whose conversation, for which team, through which inbox and channel.
  message_id uuid,
  author_id uuid,
  team_id uuid,
  inbox_id uuid,
  channel text not null,
  language text not null default 'en',
  -- When it was resolved, for a survey after resolving: of one end one question. For a rhythm, the round.
  turn timestamptz not null,
  at timestamptz not null default now(),
  excluded text,
  tapped text[] not null default '{}',
  tapped_at timestamptz,
  answers jsonb,
  -- What was chosen of the first question, where that is a number.
  score int,
  words text not null default '',
  answered_at timestamptz,
  browser_hash bytea,
  primary key (workspace_id, id),
  foreign key (workspace_id, survey_id) references survey (workspace_id, id) on delete cascade,
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade,
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade,
  check ((answered_at is null) = (answers is null)),
  check (excluded is null or (answered_at is null and message_id is null))
);
create unique index survey_ask_once on survey_ask (workspace_id, survey_id, conversation_id, turn);
create index survey_ask_at on survey_ask (workspace_id, survey_id, at);
create index survey_ask_customer on survey_ask (workspace_id, customer_id, survey_id, at);
create index survey_ask_conversation on survey_ask (workspace_id, conversation_id);
create unique index survey_ask_message on survey_ask (workspace_id, message_id) where message_id is not null;

do $$
declare one text;
begin
  foreach one in array array['ask', 'never_asked', 'survey', 'survey_ask'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;

create trigger audited after insert or update or delete on survey for each row execute function audited('settings', 'survey', '', 'version,started_at');
