-- A domain that answers come from: what its DNS said when it was last asked.
create table mail_domain (
  workspace_id uuid not null references workspace on delete cascade,
  domain text not null,
  findings jsonb not null default '[]',
  checked_at timestamptz,
  primary key (workspace_id, domain)
);

-- Keys that sign what leaves: published first, used once DNS shows them, kept published for a while after the next took over.
create table dkim_key (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  domain text not null,
  selector text not null,
  algorithm text not null check (algorithm in ('rsa', 'ed25519')),
  public_key text not null,
  secret bytea not null,
  state text not null default 'waiting' check (state in ('waiting', 'signing', 'retired')),
  created_at timestamptz not null default now(),
  signing_at timestamptz,
  retired_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, domain, selector)
);

do $$
declare t text;
begin
  foreach t in array array['mail_domain', 'dkim_key'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
