-- A way in from a website: what is asked stands in the settings; what is sent comes to the inbox, like mail.
create table form (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  inbox_id uuid not null,
  name text not null,
  enabled boolean not null default true,
  settings jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, inbox_id) references inbox (workspace_id, id) on delete cascade
);
create index form_by_id on form (id);
create index form_of_inbox on form (workspace_id, inbox_id);

-- One use of a form. Each leave to send (`nonce`) is good for one message: the same again is the same, another is refused.
create table form_entry (
  workspace_id uuid not null references workspace (id) on delete cascade,
  nonce uuid not null,
  form_id uuid not null,
  hash bytea not null,
  at timestamptz not null default now(),
  primary key (workspace_id, nonce),
  foreign key (workspace_id, form_id) references form (workspace_id, id) on delete cascade
);
create index form_entry_at on form_entry (workspace_id, form_id, at);
create index form_entry_age on form_entry (workspace_id, at);

do $$
declare t text;
begin
  foreach t in array array['form', 'form_entry'] loop
    execute format('alter table %I enable row level security', t);
    -- A form is read by the function below as its owner.
    if t <> 'form' then execute format('alter table %I force row level security', t); end if;
    execute format($p$create policy own on %I using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)$p$, t);
  end loop;
end $$;
create trigger audited after insert or update or delete on form for each row execute function audited('settings', 'form', '', '');

-- Whoever opens a form knows its id and nothing else.
create function form_home(form uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as
$$ select f.workspace_id from form f where f.id = form and f.enabled $$;

alter table inbound_mail drop constraint inbound_mail_source_check;
alter table inbound_mail add constraint inbound_mail_source_check
  check (source in ('imap', 'smtp', 'pipe', 'http', 'mailgun', 'postmark', 'sendgrid', 'ses', 'import', 'practice', 'form')) not valid;
