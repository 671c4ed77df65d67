-- The newest questions first, for looking what they have in common; and how many are new since.
create index conversation_problem_questions on conversation_problem (workspace_id, filed_at, conversation_id) where kind = 'question';
