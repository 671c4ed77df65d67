-- Whom a survey would have asked after resolving: what was resolved last, without reading every conversation.
create index conversation_ended on conversation (workspace_id, resolved_at desc) where folder = 'inbox' and merged_into is null;

-- How many a survey asked and how many answered, without reading whom it did not ask.
create index survey_ask_asked on survey_ask (workspace_id, survey_id) where excluded is null;
create index survey_ask_answered on survey_ask (workspace_id, survey_id) where answered_at is not null;
