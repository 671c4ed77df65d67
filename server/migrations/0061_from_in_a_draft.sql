-- The inbox that the answer being written leaves from, when its writer chose another than the conversation's; null leaves it there.
alter table draft add column inbox_id uuid;
