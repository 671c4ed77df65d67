-- From which conversation a filing came when that was merged into this one: taken apart again, it leaves with it. What came before this bears
-- no mark, and stays, since nobody can tell it from what somebody filed.
alter table conversation_problem add column followed_from uuid;
