-- A conversation may stand below another: as its child (a report of an incident, a task for another team), or beside it, with a third
-- person whom the customer does not hear (side).
alter table conversation add column parent_id uuid, add column parent_kind text;
alter table conversation add constraint conversation_parent_check
  check ((parent_id is null) = (parent_kind is null) and parent_kind in ('child', 'side') and parent_id <> id) not valid;
create index conversation_parent on conversation (workspace_id, parent_id) where parent_id is not null;

-- `related`: a person says that two have to do with each other.
alter table conversation_link drop constraint conversation_link_why_check;
alter table conversation_link add constraint conversation_link_why_check check (why in ('same_mail', 'split', 'maybe', 'related')) not valid;
