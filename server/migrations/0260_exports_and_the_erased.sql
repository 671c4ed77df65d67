-- Somebody was erased since this export was begun: what there is of it may hold their words, and it is begun anew.
alter table data_export add column spoilt boolean not null default false;
