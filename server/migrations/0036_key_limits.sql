-- How many requests a minute a key may make; null: as many as everyone.
alter table api_key add column per_minute integer check (per_minute > 0);
