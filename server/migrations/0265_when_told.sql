-- When an event was told, beside the moment it is about, which is what a browser says: how much is kept of a visitor in a day is counted by it.
alter table visitor_event add column told_at timestamptz;
alter table visitor_event alter column told_at set default now();
