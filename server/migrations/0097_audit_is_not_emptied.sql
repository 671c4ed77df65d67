-- Row triggers don't hear of a table that is emptied as a whole: that is refused, too, to the owner of the tables.
create function audit_is_not_emptied() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  raise exception 'The audit log is only added to.' using errcode = '42501';
end $$;
create trigger is_not_emptied before truncate on audit for each statement execute function audit_is_not_emptied();
