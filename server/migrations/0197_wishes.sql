-- What the product does not do yet, and customers ask for, is a problem that stands on the board of wishes.
alter table problem add column wish boolean not null default false;
create index problem_wish on problem (workspace_id) where wish;
