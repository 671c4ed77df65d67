-- How soon the chats of the last weeks were answered: asked now and then, of the newest.
create index chat_lately on chat (workspace_id, created_at);
