-- What is kept of an erasure beside the backups, so that restoring an older one can make it again: who else they were (merged customers),
-- since when its marks are, and, of one that is made again after a restore, when it was made first.
alter table erasure
  add column customer_ids uuid[] not null default '{}',
  add column begun_at timestamptz,
  add column first_at timestamptz;
