-- What was merged into a conversation, and what people were told of it: found when it is deleted for good, without reading all there is.
create index conversation_merged on conversation (workspace_id, merged_into) where merged_into is not null;
create index notification_conversation on notification (workspace_id, conversation_id) where conversation_id is not null;
