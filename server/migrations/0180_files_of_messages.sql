-- Messages that have a raw mail or files, by age: of four million those were looked for among all, each night and whenever somebody
-- looked at the rule, although after the first night hardly any is left among the old ones.
create index message_files on message (workspace_id, at, id) where raw_hash is not null or attachments @? '$[*].upload';
