-- When a folder was last known to be read to its end: mail that is older and was not there then has come into it since.
alter table mailbox add column read_at timestamptz;

-- When a mail that its server would not hand out was last asked for again; none until then.
alter table inbound_mail add column asked_at timestamptz;
