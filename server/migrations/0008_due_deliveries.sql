-- Answers that should have left minutes ago and have nobody at work on them: their job was given up while the database was away.
create index message_due on message (send_at) where state in ('queued', 'deferred');
create function deliveries_due(most int) returns table (workspace_id uuid, message_id uuid)
language sql stable security definer set search_path = public, pg_temp as
$$ select m.workspace_id, m.id from message m where m.state in ('queued', 'deferred') and m.send_at < now() - interval '3 minutes' order by m.send_at limit most $$;
