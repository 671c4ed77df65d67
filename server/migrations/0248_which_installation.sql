-- Two desks may keep their backups in one place: `id` says whose each is, so that neither takes away what is the other's. A restored desk
-- has one of its own while it is held, and takes over that of the desk it is a copy of (`came_from`) when it is released.
-- `mark` stands in the ids of the stream of events. It is another one after a restore, where transactions count anew. Empty: from before
-- there were marks, and never restored since, so ids without one still hold.
alter table installation add column id uuid not null default gen_random_uuid();
alter table installation add column came_from uuid;
alter table installation add column mark text not null default '';
update installation set mark = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8) where not exists (select 1 from workspace);
