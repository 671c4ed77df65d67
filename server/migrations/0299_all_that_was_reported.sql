-- Conversations that are merged report all that each of them did: there is a place for every problem. With five places the sixth was left out, and whoever
-- had reported it was in no figure of it, and heard nothing of its fix.
alter table conversation_problem drop constraint conversation_problem_place_check;
alter table conversation_problem add constraint conversation_problem_place_check check (place >= 0);
