-- What a mail holds besides its words: an invitation, a signature, encryption, a mailing list. Null for most, and for all from before.
alter table message add column parsed jsonb;
