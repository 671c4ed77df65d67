-- Whether a mail is from whom it says: the verdict, what was checked, and what a person is warned of. None for what is no mail,
-- and for mail from before.
alter table message add column authentication jsonb;
