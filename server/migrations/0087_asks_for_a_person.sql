-- When a visitor last asked for a person; they still ask while they have waited no shorter than that.
alter table conversation add column person_asked_at timestamptz;

-- Several answers that nobody read go in one mail: the message whose mail carries this line. Set before the mail leaves, so that
-- whatever happens then, no other mail says it again.
alter table chat_line add column mailed_with uuid;
