-- Why somebody was read as upset or stuck: the words that said it, and how many messages stand without an answer.
alter table mood add column why jsonb;
