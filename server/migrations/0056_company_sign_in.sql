-- A company's own sign-in (OpenID Connect). The client secret is sealed.
create table sign_in_provider (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  name text not null,
  issuer text not null,
  client_id text not null,
  secret bytea,
  -- Of addresses, in small letters: whose button it is, and for whom it may make people.
  domains text[] not null default '{}',
  creates boolean not null default false,
  -- Its addresses count as verified although it does not say so.
  trusted boolean not null default false,
  role text not null default 'representative' check (role in ('manager', 'lead', 'representative', 'specialist', 'viewer')),
  claim text not null default '',
  roles jsonb not null default '[]',
  end_url text not null default '',
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index sign_in_provider_domains on sign_in_provider using gin (domains);

-- Whom the provider means by a subject.
create table sign_in_identity (
  workspace_id uuid not null references workspace on delete cascade,
  provider_id uuid not null,
  subject text not null,
  person_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, provider_id, subject),
  foreign key (workspace_id, provider_id) references sign_in_provider on delete cascade,
  foreign key (workspace_id, person_id) references person on delete cascade
);
create index sign_in_identity_person on sign_in_identity (workspace_id, person_id);

-- Somebody on the way to a provider and back: once, within ten minutes, in the same tab.
create table sign_in_way (
  workspace_id uuid not null references workspace on delete cascade,
  id uuid not null,
  provider_id uuid not null,
  state_hash bytea not null,
  browser_hash bytea not null,
  -- Sealed: on the way there what proves that the answer is for us, afterwards who it is about.
  secret bytea not null,
  state text not null default 'begun' check (state in ('begun', 'link', 'used')),
  expires_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, provider_id) references sign_in_provider on delete cascade
);
create unique index sign_in_way_state on sign_in_way (workspace_id, state_hash);
create index sign_in_way_over on sign_in_way (workspace_id, expires_at);

do $$
declare t text;
begin
  foreach t in array array['sign_in_provider', 'sign_in_identity', 'sign_in_way'] loop
    execute format('alter table %I enable row level security', t);
    -- The door below looks across workspaces as the owner of the tables; everyone else stands behind the policy.
    if t <> 'sign_in_provider' then execute format('alter table %I force row level security', t); end if;
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
create trigger audited after insert or update or delete on sign_in_provider for each row
  execute function audited('settings', 'sign_in_provider', 'secret', 'end_url,last_used_at');

-- Which buttons the sign-in page shows: by the domain of an address, and those of the only workspace there is to everyone.
create function sign_in_providers(domain text) returns table (workspace_id uuid, id uuid, name text)
language sql stable security definer set search_path to 'public', 'pg_temp' as $$
  select p.workspace_id, p.id, p.name from sign_in_provider p
  where lower(domain) = any (p.domains) or (domain = '' and (select count(*) from workspace w where w.sample_of is null) = 1)
  order by p.name, p.id limit 10
$$;
revoke all on function sign_in_providers(text) from public;
grant execute on function sign_in_providers(text) to hearten_app;
