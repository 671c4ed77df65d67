-- Mailboxes that are signed in to at Google or Microsoft instead of with a password.

-- What a workspace registered with a provider; the client secret is sealed.
create table mail_provider (
  workspace_id uuid not null references workspace on delete cascade,
  provider text not null check (provider in ('google', 'microsoft')),
  client_id text not null,
  tenant text not null default '',
  secret bytea not null,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, provider)
);

-- A person on the way to a provider and back: once, within ten minutes, in the same session.
create table mailbox_sign_in (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  provider text not null check (provider in ('google', 'microsoft')),
  state_hash bytea not null,
  session_id uuid not null,
  person_id uuid not null,
  inbox_id uuid,
  -- Sealed: on the way there what proves that the answer is for us, afterwards what the provider gave.
  secret bytea not null,
  state text not null default 'begun' check (state in ('begun', 'ready', 'used', 'failed')),
  account text not null default '',
  said text not null default '',
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person on delete cascade
);
create index mailbox_sign_in_over on mailbox_sign_in (workspace_id, expires_at);

-- What a provider let us have for an inbox. Apart from it, because it changes every hour; lease and version see to it
-- that of many processes one asks for the next, and that a late answer does not undo a newer one.
create table mailbox_grant (
  workspace_id uuid not null references workspace on delete cascade,
  inbox_id uuid not null,
  provider text not null check (provider in ('google', 'microsoft')),
  account text not null,
  secret bytea not null,
  expires_at timestamptz not null,
  version int not null default 1,
  leased_until timestamptz,
  failures int not null default 0,
  next_at timestamptz,
  refused_at timestamptz,
  refusal text not null default '',
  primary key (workspace_id, inbox_id),
  foreign key (workspace_id, inbox_id) references inbox on delete cascade
);

-- Since when an inbox is in trouble, and when its people were last told.
alter table inbox
  add column trouble_since timestamptz,
  add column told_at timestamptz;
-- What a notification is about, when it is no conversation.
alter table notification add column inbox_id uuid;

do $$
declare t text;
begin
  foreach t in array array['mail_provider', 'mailbox_sign_in', 'mailbox_grant'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
