-- Passkeys (WebAuthn). Of an account, since they are used before a workspace is known.
create table passkey (
  credential_id bytea primary key,
  id uuid not null unique,
  account_id uuid not null references account on delete cascade,
  -- The host it was made for; at another one no browser offers it.
  host text not null,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  name text not null,
  synced boolean not null default false,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkey_account on passkey (account_id);

-- Challenges are signed, not stored; those that were answered are kept until their time is over, so that none is answered twice.
create table answered_challenge (
  hash bytea primary key,
  until timestamptz not null
);
