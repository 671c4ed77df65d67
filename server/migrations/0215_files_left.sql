-- A file that somebody gave and never sent stayed for ever, and counted. Since when one waits to be sent; null: it was, or it is older
-- than this column and nobody knows.
alter table upload add column waiting_since timestamptz;
create index upload_waiting on upload (workspace_id, waiting_since) where waiting_since is not null;
