-- From which mailing somebody ended such news; of those who ended it before this it is not known.
alter table unsubscribed add column mailing_id uuid;
alter table unsubscribed add foreign key (workspace_id, mailing_id) references mailing (workspace_id, id) on delete set null (mailing_id);
create index unsubscribed_mailing on unsubscribed (workspace_id, mailing_id) where mailing_id is not null;

-- All of them, the newest first: who ended it, and what was told; and what is counted of a mailing is read from its index alone.
create index unsubscribed_at on unsubscribed (workspace_id, at desc, customer_id desc);
create index mailing_started on mailing (workspace_id, started_at desc, id desc) where started_at is not null;
create index mailing_person_counted on mailing_person (workspace_id, mailing_id, state, reason) include (chosen, provisional, customer_id, id);
