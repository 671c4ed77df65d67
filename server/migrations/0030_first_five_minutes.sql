-- A sample workspace, full of invented conversations: for whom it was made, and how far its making (or its removal) is. Nothing leaves it.
alter table workspace add column sample_of uuid references workspace (id) on delete cascade;
alter table workspace add column sample jsonb;
create unique index workspace_sample on workspace (sample_of) where sample_of is not null;

-- Written, and kept here instead of being sent: what is answered in a sample workspace.
alter table message drop constraint message_state_check;
alter table message add constraint message_state_check
  check (state in ('queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'bounced', 'cancelled', 'kept')) not valid;

-- The face of a brand: its website, its colour and its logo.
alter table brand add column site text not null default '';
alter table brand add column colour text not null default '';
alter table brand add column logo_hash bytea;
alter table brand add column logo_type text not null default '';

-- What came back to somebody who is their own customer: answers that were really sent, to an address that exists only here.
create table practice_mail (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  external_id text not null default '',
  subject text not null default '',
  sender text not null default '',
  text text not null default '',
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);
alter table inbound_mail drop constraint inbound_mail_source_check;
alter table inbound_mail add constraint inbound_mail_source_check
  check (source in ('imap', 'smtp', 'pipe', 'http', 'mailgun', 'postmark', 'sendgrid', 'ses', 'import', 'practice')) not valid;
alter table practice_mail enable row level security;
alter table practice_mail force row level security;
create policy own on practice_mail using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
