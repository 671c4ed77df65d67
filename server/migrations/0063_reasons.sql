-- Why an inbox is in trouble, as a code with what it is told, so that each reader has it in their language.
-- Nullable: rows from before have their English text alone.
alter table inbox add column state_why jsonb;
