-- How much a message brought along: what strangers may fill in an hour is bounded.
alter table form_entry add column size bigint not null default 0;
