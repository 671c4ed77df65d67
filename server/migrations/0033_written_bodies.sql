-- What one of us wrote with its formatting (a small, checked subset of HTML); null where it is text alone. `text` always says the same in plain words.
alter table message add column html text;
alter table draft add column html text;
alter table note_draft add column html text;
-- To whom the reply being written goes, when its writer chose; null leaves it to the conversation.
alter table draft add column recipients jsonb;
