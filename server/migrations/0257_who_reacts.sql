-- Only who knows every migration reacts to what happens: an older process, beside newer ones, passed over what it does not know, and nobody reacted to
-- that any more. Each migration says so here from now on, in its own transaction.
alter table event_cursor add column newest text not null default '';
create function tell_newest() returns trigger language plpgsql as $$
begin
  update event_cursor set newest = new.name;
  return null;
end $$;
create trigger tell_newest after insert on migration for each row execute function tell_newest();
-- Processes from before this do not look there. The place has another name, so that they read nothing more and say so in their log.
update event_cursor set subscriber = 'reacting' where subscriber = 'reactions';
