-- Live chat: the people who visit an inbox of the channel "chat", and what was said there in which order.

-- Keys with which a company's own server says who its visitors are. Several at once, so that one can be changed without a gap.
create table chat_key (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  inbox_id uuid not null,
  algorithm text not null check (algorithm in ('HS256', 'ES256', 'RS256')),
  name text not null,
  -- A shared secret, sealed; of the other two kinds the public half as it was given.
  secret bytea,
  public_key text,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade,
  check ((algorithm = 'HS256') = (secret is not null) and (secret is null) = (public_key is not null))
);

-- Someone who opened the chat. With `user_id` the company's own server vouched for who it is; name and address without it are claims.
create table visitor (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  inbox_id uuid not null,
  customer_id uuid,
  user_id text,
  name text not null default '',
  email text not null default '',
  language text not null default '',
  agent text not null default '',
  page text not null default '',
  referrer text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade,
  foreign key (workspace_id, customer_id) references customer (workspace_id, id) on delete cascade
);
create unique index visitor_user on visitor (workspace_id, inbox_id, user_id) where user_id is not null;
create index visitor_customer on visitor (workspace_id, customer_id) where customer_id is not null;

-- One browser of a visitor, known by the hash of a secret that lies there. Signing out ends it.
create table visitor_session (
  workspace_id uuid not null references workspace (id) on delete cascade,
  token_hash bytea not null,
  visitor_id uuid not null,
  key_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, visitor_id) references visitor (workspace_id, id) on delete cascade,
  foreign key (workspace_id, key_id) references chat_key (workspace_id, id) on delete cascade
);
create index visitor_session_visitor on visitor_session (workspace_id, visitor_id);

-- A visitor's side of a conversation: it stays the same when the conversation is merged or followed by another one.
create table chat (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  visitor_id uuid not null,
  conversation_id uuid not null,
  last_seq bigint not null default 0,
  read_seq bigint not null default 0,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, visitor_id) references visitor (workspace_id, id) on delete cascade,
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
create index chat_conversation on chat (workspace_id, conversation_id);
create index chat_visitor on chat (workspace_id, visitor_id, created_at);

-- What a visitor sees there, numbered in the order in which it was committed. A line that was taken back gets a new number.
create table chat_line (
  workspace_id uuid not null references workspace (id) on delete cascade,
  chat_id uuid not null,
  message_id uuid not null,
  seq bigint not null,
  -- The visitor's own name for it: sent again, it is the same.
  client_id uuid,
  gone boolean not null default false,
  primary key (workspace_id, chat_id, message_id),
  foreign key (workspace_id, chat_id) references chat (workspace_id, id) on delete cascade
);
create unique index chat_line_seq on chat_line (workspace_id, chat_id, seq);
create unique index chat_line_client on chat_line (workspace_id, chat_id, client_id) where client_id is not null;
create index chat_line_message on chat_line (workspace_id, message_id);

-- A file that a visitor gave belongs to no person of the team.
alter table upload alter column person_id drop not null;
alter table upload add column visitor_id uuid;

do $$
declare one text;
begin
  foreach one in array array['chat_key', 'visitor', 'visitor_session', 'chat', 'chat_line'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;
create trigger audited after insert or update or delete on chat_key for each row execute function audited('settings', 'chat_key', 'secret,public_key', 'used_at');

-- Whose chat an address of the widget names: asked before anything is known of who asks.
create function chat_home(inbox uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as
$$ select i.workspace_id from inbox i where i.id = inbox and i.channel = 'chat' and i.enabled and i.deleted_at is null $$;
