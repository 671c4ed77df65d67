-- A survey's mail that came back or could not be delivered asked nobody: its row says so, and keeps by which message that was.
alter table survey_ask drop constraint survey_ask_check1;
alter table survey_ask add constraint survey_ask_check1 check (excluded is null or (answered_at is null and (message_id is null or excluded = 'not delivered')));
