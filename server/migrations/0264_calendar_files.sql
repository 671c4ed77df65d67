-- A calendar given as a file is kept, and read again each day like one at an address: until now it was read once, three years ahead, and what
-- repeats ended there without a word. Of files given before only what was read is left; they are to be given again.
alter table schedule_calendar add column file text;
drop trigger audited on schedule_calendar;
create trigger audited after insert or update or delete on schedule_calendar for each row execute function audited('settings', 'schedule_calendar', '', 'fetched_at,tried_at,trouble,status,file');
