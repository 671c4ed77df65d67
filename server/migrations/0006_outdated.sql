-- Events that are over after thirty days (base/outdated.ts), found without reading those that stay.
create index event_passing on event (workspace_id, at) where name in ('conversation.seen', 'draft.saved', 'draft.deleted', 'notification.made');
-- The tags in use are read from the newest tagged conversations.
create index conversation_tagged on conversation (workspace_id, last_at desc) where tags <> '{}';
