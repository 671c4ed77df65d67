-- Whose an inbox is, for mail that is posted to it: known by nothing but its id until its signature is checked.
create function inbox_home(inbox uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as
$$ select i.workspace_id from inbox i where i.id = inbox and i.channel = 'email' and i.deleted_at is null $$;
create index inbox_by_id on inbox (id);
