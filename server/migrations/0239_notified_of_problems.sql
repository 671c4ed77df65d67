-- The problem a notification is about: what became of its issue, or of its fix.
alter table notification add column problem_id uuid;
