-- A note that is being written has a place of its own beside the reply, so that neither takes the other's.
create table note_draft (
  workspace_id uuid not null references workspace on delete cascade,
  conversation_id uuid not null,
  person_id uuid not null,
  text text not null default '',
  attachments text[] not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, person_id),
  foreign key (workspace_id, conversation_id) references conversation on delete cascade
);
alter table note_draft enable row level security;
alter table note_draft force row level security;
create policy own on note_draft using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
insert into note_draft (workspace_id, conversation_id, person_id, text, attachments, updated_at)
  select workspace_id, conversation_id, person_id, text, attachments, updated_at from draft where kind = 'note';

-- A process of before still keeps its notes among the replies; what it writes or throws away there happens here too.
create function note_draft_follows() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    delete from note_draft where workspace_id = old.workspace_id and conversation_id = old.conversation_id and person_id = old.person_id;
  else
    insert into note_draft (workspace_id, conversation_id, person_id, text, attachments, updated_at)
    values (new.workspace_id, new.conversation_id, new.person_id, new.text, new.attachments, new.updated_at)
    on conflict (workspace_id, conversation_id, person_id) do update set text = excluded.text, attachments = excluded.attachments, updated_at = excluded.updated_at;
  end if;
  return null;
end $$;
create trigger note_kept after insert or update on draft for each row when (new.kind = 'note') execute function note_draft_follows();
create trigger note_gone after delete on draft for each row when (old.kind = 'note') execute function note_draft_follows();

-- The message that a relay gave this id; null for ids that only mails named.
alter table named_id add column message_id uuid;
