-- Why a mail could not be read, a provider's mail was not taken, an import ended as it did and a backup failed: as a code with what it is
-- told, so that each reader has it in their language. Nullable: rows from before have their English text alone.
alter table inbound_mail add column why jsonb;
alter table provider add column trouble_why jsonb;
alter table mail_import add column state_why jsonb;
alter table backup add column why jsonb;
-- How an inbox is doing is no setting, and no line in the audit log; nor is the code of why.
create or replace trigger audited after insert or update or delete on inbox for each row execute function
  audited('settings', 'inbox', 'secrets', 'state,state_text,state_why,state_at,trouble_since,told_at,brand_id');
create or replace trigger audited after insert or update or delete on provider for each row execute function
  audited('settings', 'provider', 'secrets', 'first_at,last_at,trouble,trouble_why,trouble_at');
