-- How each session came about: by what, whether with a second factor (null: from before this was noted), and when its person
-- last proved who they are. A session that a company's own sign-in gave is good in that workspace alone.
alter table session
  add column how text not null default 'password' check (how in ('password', 'passkey', 'company')),
  add column strong boolean,
  add column proved_at timestamptz,
  add column company_id uuid,
  add column company_token bytea;
create index session_workspace on session (workspace_id);

-- Who must sign in how, and from where. On the workspace, since it is read before anyone is inside.
alter table workspace add column sign_in jsonb not null default '{}';

-- Browsers an account signed in with before: a new one is told by mail.
create table known_browser (
  account_id uuid not null references account on delete cascade,
  token_hash bytea not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (account_id, token_hash)
);
