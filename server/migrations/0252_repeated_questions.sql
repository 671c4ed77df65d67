-- What customers ask again and again: conversations filed as a question that are alike, found as what nobody filed is.
alter table cluster
  add column kind text not null default 'unfiled' check (kind in ('unfiled', 'question')),
  -- The saved answer that somebody linked.
  add column snippet_id uuid,
  add column linked_by uuid,
  add column linked_at timestamptz,
  -- As found when it was looked for: the answer most like the others (by the id of its message; gone with it), how many people gave one,
  -- and whether they said different things.
  add column best_answer uuid,
  add column answerers integer not null default 0,
  add column differ boolean not null default false,
  add foreign key (workspace_id, snippet_id) references snippet (workspace_id, id) on delete set null (snippet_id);

alter table cluster_conversation
  -- Who answered it first; null while nobody has.
  add column answered_by uuid,
  -- How the question was filed before a problem was made of all: for the way back.
  add column was_filed_by uuid,
  add column was_filed_at timestamptz;

alter table cluster_run add column kind text not null default 'unfiled' check (kind in ('unfiled', 'question'));
alter table cluster_run drop constraint cluster_run_pkey;
alter table cluster_run add primary key (workspace_id, kind);
