-- Contact rates look two years back. A week that is over changes seldom, so it is kept as counts: `week_cell`, customers by the inbox they
-- wrote to first, the problems they reported and the inbox of each. `week_kept` says that a week is kept, and in which time zone its days
-- were cut. Whatever changes a week afterwards notes it in `week_touched`, in its own transaction; from then on the week is counted from
-- its conversations, until it is kept anew.
create table week_kept (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  zone text not null,
  primary key (workspace_id, week)
);
create table week_cell (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  place integer not null,
  inbox_id uuid not null,
  problems uuid[] not null,
  inboxes uuid[] not null,
  customers integer not null,
  filers integer not null,
  written integer not null,
  filings integer not null,
  primary key (workspace_id, week, place)
);
-- By whom: the number of the transaction, so that nobody waits for anybody and a thousand filings at once are one row.
create table week_touched (
  workspace_id uuid not null references workspace (id) on delete cascade,
  week date not null,
  during bigint not null,
  primary key (workspace_id, week, during)
);
-- In which night the rule was asked last.
create table problem_night (
  workspace_id uuid not null references workspace (id) on delete cascade,
  night date not null,
  primary key (workspace_id)
);
do $$
declare one text;
begin
  foreach one in array array['week_kept', 'week_cell', 'week_touched', 'problem_night'] loop
    execute format('alter table %I enable row level security', one);
    execute format('alter table %I force row level security', one);
    execute format('create policy own on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', one);
  end loop;
end $$;

-- What counts of a conversation, in the order in which they began: counting weeks reads nothing else of them.
create index conversation_began on conversation (workspace_id, created_at) include (id, customer_id, inbox_id, status, last_at)
  where folder = 'inbox' and merged_into is null and parent_kind is distinct from 'side';
create index conversation_problem_counted on conversation_problem (workspace_id, conversation_id) include (place, kind, problem_id, weight, provisional);

-- The weeks in which these times may lie, wherever the workspace is: clocks are from twelve hours behind UTC to fourteen ahead.
create function touch_weeks(w uuid, times timestamptz[]) returns void language sql as $$
  insert into week_touched (workspace_id, week, during)
  select distinct w, date_trunc('week', (t at time zone 'UTC') + d)::date, pg_current_xact_id()::text::bigint
  from unnest(times) t, unnest(array[interval '-14 hours', interval '14 hours']) d
  where w::text = current_setting('app.workspace_id', true) and exists (select 1 from workspace where id = w)
  on conflict do nothing
$$;

create function conversation_touched() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then perform touch_weeks(new.workspace_id, array[new.created_at]);
  elsif tg_op = 'DELETE' then perform touch_weeks(old.workspace_id, array[old.created_at]);
  else perform touch_weeks(new.workspace_id, array[old.created_at, new.created_at]);
  end if;
  return null;
end $$;
create function filing_touched() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select f.workspace_id, array_agg(distinct date_bin('15 minutes', c.created_at, 'epoch')) as times from changed f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id group by f.workspace_id loop
    perform touch_weeks(one.workspace_id, one.times);
  end loop;
  return null;
end $$;
create function filing_moved() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select f.workspace_id, array_agg(distinct date_bin('15 minutes', c.created_at, 'epoch')) as times
    from ((select workspace_id, conversation_id, problem_id from was except select workspace_id, conversation_id, problem_id from changed)
      union (select workspace_id, conversation_id, problem_id from changed except select workspace_id, conversation_id, problem_id from was)) f
      join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id group by f.workspace_id loop
    perform touch_weeks(one.workspace_id, one.times);
  end loop;
  return null;
end $$;
create function customer_touched() returns trigger language plpgsql as $$
begin
  perform touch_weeks(new.workspace_id, array(select distinct date_bin('15 minutes', c.created_at, 'epoch') from conversation c where c.workspace_id = new.workspace_id and c.customer_id = new.id));
  return null;
end $$;

-- Weeks are kept once they are over for an hour: what begins now lies in none of them.
create trigger touched_in after insert on conversation for each row when (new.created_at < now() - interval '30 minutes') execute function conversation_touched();
create trigger touched_out after delete on conversation for each row execute function conversation_touched();
create trigger touched_on after update of folder, merged_into, parent_kind, customer_id, inbox_id, created_at on conversation for each row
  when (old.folder is distinct from new.folder or old.merged_into is distinct from new.merged_into or old.parent_kind is distinct from new.parent_kind
    or old.customer_id is distinct from new.customer_id or old.inbox_id is distinct from new.inbox_id or old.created_at is distinct from new.created_at) execute function conversation_touched();
create trigger filed_in after insert on conversation_problem referencing new table as changed for each statement execute function filing_touched();
create trigger filed_out after delete on conversation_problem referencing old table as changed for each statement execute function filing_touched();
create trigger filed_on after update on conversation_problem referencing old table as was new table as changed for each statement execute function filing_moved();
create trigger touched_on after update of merged_into on customer for each row when (old.merged_into is distinct from new.merged_into) execute function customer_touched();
