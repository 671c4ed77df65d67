-- Who did what to settings, people, keys and data; written in the transaction that did it, and never changed.
create table audit (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  at timestamptz not null default now(),
  area text not null check (area in ('settings', 'people', 'sign-in', 'data', 'machine')),
  what text not null,
  actor_kind text not null check (actor_kind in ('person', 'key', 'system', 'nobody')),
  actor_id uuid,
  about_kind text not null default '',
  about_id text not null default '',
  name text not null default '',
  facts jsonb not null default '{}',
  ip text not null default '',
  agent text not null default '',
  primary key (workspace_id, id)
);
create index audit_at on audit (workspace_id, at desc, id desc);
create index audit_area on audit (workspace_id, area, at desc, id desc);
create index audit_actor on audit (workspace_id, actor_id, at desc, id desc);
alter table audit enable row level security;
alter table audit force row level security;
create policy own on audit
  using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- Nobody changes what was written, and it goes only by its one door, or with the whole workspace.
create function audit_stays() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' and (current_setting('app.audit_door', true) = 'open' and current_user <> 'hearten_app'
      or not exists (select 1 from workspace w where w.id = old.workspace_id)) then
    return old;
  end if;
  raise exception 'The audit log is only added to.' using errcode = '42501';
end $$;
create trigger stays before update or delete on audit for each row execute function audit_stays();

-- What is older than the workspace keeps it, some at a time; never the last thirty days.
create function audit_let_go(older timestamptz, most int) returns int
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  n int;
begin
  perform set_config('app.audit_door', 'open', true);
  delete from audit a where a.workspace_id = place and a.id in
    (select o.id from audit o where o.workspace_id = place and o.at < least(older, now() - interval '30 days') order by o.at limit most);
  get diagnostics n = row_count;
  perform set_config('app.audit_door', '', true);
  return n;
end $$;

-- What changed between two rows, by column and, inside settings, by key: [before, after]. Bytes, and what is named like a secret, only say that they changed.
create function audit_changes(old_row jsonb, new_row jsonb, hidden text[], skipped text[]) returns jsonb
  language sql immutable set search_path = public, pg_temp as $$
  with keys as (select k from jsonb_object_keys(coalesce(old_row, '{}') || coalesce(new_row, '{}')) k
      where k <> all (skipped) and k not in ('workspace_id', 'id', 'created_at')),
    parts as (
      select k as name, old_row->k as was, new_row->k as now from keys
        where not (coalesce(jsonb_typeof(old_row->k), 'object') = 'object' and coalesce(jsonb_typeof(new_row->k), 'object') = 'object')
      union all
      select k || '.' || i, old_row->k->i, new_row->k->i from keys, lateral jsonb_object_keys(coalesce(old_row->k, '{}') || coalesce(new_row->k, '{}')) i
        where coalesce(jsonb_typeof(old_row->k), 'object') = 'object' and coalesce(jsonb_typeof(new_row->k), 'object') = 'object')
  select coalesce(jsonb_object_agg(name, case
      when split_part(name, '.', 1) = any (hidden) or name ~* '(secret|password|token|hash|totp|recovery|(^|[._])key$)' or was::text like '"\\\\x%' or now::text like '"\\\\x%'
        then '["…", "…"]'::jsonb
      else jsonb_build_array(was, now) end), '{}')
  from parts where nullif(was, 'null') is distinct from nullif(now, 'null') and (new_row is null or old_row is not null or now not in ('""', '[]', '{}', 'false')) $$;

-- On each table of settings: arguments are its area, the kind it is about, columns that are hidden, columns that don't count.
create function audited() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  was jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  is_now jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  here jsonb := coalesce(is_now, was);
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  doer jsonb := coalesce(nullif(current_setting('app.by', true), '')::jsonb, '{"kind": "system"}');
  changes jsonb;
begin
  -- Migrations and sweeps over all workspaces are no change of anyone's settings; nor is a workspace that goes whole.
  if place is null or coalesce(here->>'workspace_id', here->>'id') is distinct from place::text then return null; end if;
  if tg_op = 'DELETE' and not exists (select 1 from workspace w where w.id = place) then return null; end if;
  changes := audit_changes(was, is_now, string_to_array(tg_argv[2], ','), string_to_array(tg_argv[3], ','));
  if tg_op = 'UPDATE' and changes = '{}' then return null; end if;
  insert into audit (workspace_id, id, area, what, actor_kind, actor_id, about_kind, about_id, name, facts, ip, agent)
  values (place, gen_random_uuid(), tg_argv[0], tg_argv[1] || case tg_op when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    doer->>'kind', (doer->>'id')::uuid, tg_argv[1], coalesce(here->>'id', here->>'name', ''),
    coalesce(case when 'pattern' = any (string_to_array(tg_argv[2], ',')) then '' end, here->>'name', here->>'label', here->>'domain', ''), changes, coalesce(doer->>'ip', ''), coalesce(doer->>'agent', ''));
  return null;
end $$;
create trigger audited after update on workspace for each row execute function audited('settings', 'workspace', '', 'sample');
create trigger audited after insert or update or delete on brand for each row execute function audited('settings', 'brand', 'logo_hash', '');
create trigger audited after insert or update or delete on inbox for each row execute function audited('settings', 'inbox', 'secrets', 'state,state_text,state_at,trouble_since,told_at,brand_id');
create trigger audited after insert or update or delete on provider for each row execute function audited('settings', 'provider', 'secrets', 'first_at,last_at,trouble,trouble_at');
create trigger audited after insert or update or delete on mail_provider for each row execute function audited('settings', 'mail_provider', 'secret', 'changed_at');
create trigger audited after insert or delete on mailbox_grant for each row execute function audited('settings', 'mailbox_grant', 'secret', 'version,leased_until,failures,next_at,expires_at,refused_at,refusal');
create trigger audited after insert or update or delete on dkim_key for each row execute function audited('settings', 'dkim_key', 'secret', 'public_key');
create trigger audited after insert or update or delete on system_mail for each row execute function audited('settings', 'system_mail', '', 'updated_at');
create trigger audited after insert or update or delete on customer_field for each row execute function audited('settings', 'customer_field', '', 'place');
create trigger audited after insert or delete on blocked_sender for each row execute function audited('settings', 'blocked_sender', 'pattern', 'by_id');
create trigger audited after insert or delete on allowed_sender for each row execute function audited('settings', 'allowed_sender', 'pattern', 'by_id');
create trigger audited after update of threshold on spam_filter for each row execute function audited('settings', 'spam_filter', 'counts', 'version,spam,good,updated_at,counts');
create trigger audited after insert or update or delete on person for each row execute function audited('people', 'person', '', 'last_seen_at,account_id,settings,signature');
create trigger audited after insert or update or delete on team for each row execute function audited('people', 'team', '', '');
create trigger audited after insert or delete on team_person for each row execute function audited('people', 'team_person', '', '');
create trigger audited after insert or update or delete on api_key for each row execute function audited('people', 'api_key', 'token_hash', 'last_used_at');
