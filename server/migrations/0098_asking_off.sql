-- Whether customers are asked how they feel is said by somebody, not by an upgrade: off until it is switched on. No release asked before.
alter table workspace alter column asks_mood set default false;
update workspace set asks_mood = false where asks_mood;
