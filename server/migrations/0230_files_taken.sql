-- Whoever says a message takes its files: also a process of a version before 0215 that still runs beside this one and knows nothing of
-- files that wait. By uploads it is looked up whether bytes are still needed.
create function upload_taken() returns trigger language plpgsql set search_path to 'public', 'pg_temp' as $$
begin
  update upload u set waiting_since = null where u.workspace_id = new.workspace_id and u.waiting_since is not null
    and u.id in (select (a->>'upload')::uuid from jsonb_array_elements(new.attachments) a where a ? 'upload');
  return null;
end $$;
create trigger upload_taken after insert on message for each row when (new.attachments @? '$[*].upload') execute function upload_taken();
create index upload_hash on upload (workspace_id, hash);
