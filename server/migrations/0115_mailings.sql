-- The same words to everyone who has a problem: to those who wait for an answer, or to all who reported it once it is fixed.
create table mailing (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  problem_id uuid not null,
  kind text not null check (kind in ('waiting', 'fixed')),
  -- Who wrote it; it is sent in their name.
  person_id uuid not null,
  key_id uuid,
  text text not null,
  -- Only to conversations of which somebody confirmed that they are about it.
  confirmed boolean not null default false,
  state text not null default 'preview' check (state in ('preview', 'running', 'stopped', 'done', 'undoing', 'undone')),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, problem_id) references problem (workspace_id, id) on delete cascade,
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete cascade
);
-- Of two who press at once one sends.
create unique index mailing_running on mailing (workspace_id, problem_id, kind) where state = 'running';
create index mailing_problem on mailing (workspace_id, problem_id, created_at);

-- A row for each conversation it is about: the one in which a person gets it, with all that was shown and nothing else is sent; the
-- others with why not. What was shown is kept until it was sent, and no longer. Who was erased leaves a number.
create table mailing_person (
  workspace_id uuid not null references workspace (id) on delete cascade,
  mailing_id uuid not null,
  id uuid not null,
  problem_id uuid not null,
  kind text not null,
  -- It stood in the preview as one that is sent.
  chosen boolean not null,
  state text not null check (state in ('todo', 'sent', 'left', 'undone')),
  reason text,
  customer_id uuid,
  conversation_id uuid,
  -- The newest thing they said in it; what it answers.
  answers uuid not null,
  inbox_id uuid not null,
  provisional boolean not null,
  language text not null default 'en',
  address text not null default '',
  subject text not null default '',
  text text not null default '',
  -- The team's own, as it was when it was shown; needed until the mail has left.
  signature text not null default '',
  message_id uuid,
  sent_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, mailing_id) references mailing (workspace_id, id) on delete cascade,
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete set null (customer_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete set null (conversation_id),
  check ((state = 'left') = (reason is not null))
);
create index mailing_person_of on mailing_person (workspace_id, mailing_id, state, id);
-- Each person once in a mailing, and what they said once over all mailings of a kind about a problem.
create unique index mailing_person_once on mailing_person (workspace_id, mailing_id, customer_id) where state in ('todo', 'sent');
create unique index mailing_person_answers on mailing_person (workspace_id, problem_id, kind, customer_id, answers) where state = 'sent';
create index mailing_person_customer on mailing_person (workspace_id, customer_id);
create index mailing_person_conversation on mailing_person (workspace_id, conversation_id);
create index mailing_person_message on mailing_person (workspace_id, message_id) where message_id is not null;

-- Who wants no more news that something is fixed. Answers they get all the same.
create table unsubscribed (
  workspace_id uuid not null references workspace (id) on delete cascade,
  customer_id uuid not null,
  at timestamptz not null default now(),
  primary key (workspace_id, customer_id),
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade
);

do $$
declare one text;
begin
  foreach one in array array['mailing', 'mailing_person', 'unsubscribed'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
