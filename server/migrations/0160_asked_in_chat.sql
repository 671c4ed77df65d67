-- How it felt, asked in the chat itself: the mail of the same answer then asks nothing, and what was asked by mail is not asked there.
alter table mood_ask add column in_chat boolean not null default false;
