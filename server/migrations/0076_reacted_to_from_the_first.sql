-- From the first event on all are reacted to. The mark was set when a process first looked: what had happened by then (on a desk whose
-- `serve` began before its first `work`, or in the very first moment) was told to nobody.
insert into event_cursor (subscriber, xid) values ('reactions', pg_snapshot_xmin(pg_current_snapshot())) on conflict do nothing;
