-- By which way a survey asks, and by which way each of its turns was: by mail, or in the chat.
alter table survey add column way text not null default 'mail' check (way in ('mail', 'chat', 'both'));
alter table survey_ask add column way text not null default 'mail';
