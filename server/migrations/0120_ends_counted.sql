-- A conversation that was resolved more than once has more than one question at the end, of which one counts: marked, so that counting
-- many conversations looks for others only where there are some.
alter table mood_ask add column again boolean not null default false;
update mood_ask a set again = true
where exists (select 1 from mood_ask o where o.workspace_id = a.workspace_id and o.conversation_id = a.conversation_id and o.id <> a.id);

-- Counting reads no words.
create index mood_ask_ended on mood_ask (workspace_id, at) include (id, conversation_id, message_id, author_id, team_id, channel, excluded, answered_at, compared, value, tapped, again);
drop index mood_ask_at;
create index mood_pair on mood (workspace_id, conversation_id, source, stage) include (value);
