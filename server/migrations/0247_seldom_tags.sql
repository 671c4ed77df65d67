-- A tag that few or no conversations have: behind row security its index may not be asked, and all conversations of the workspace were
-- read, 1.3 s at a million of them. This door asks it, and gives out ids of the workspace of the transaction, as search_messages does.
-- The app never works as the owner, as whom the door reads (0001).
alter table conversation no force row level security;

-- All who have it, fewer than `most`; null where there are more, or where it is common among the newest and was halfway back: then a list
-- in its own order comes upon enough of them soon, and the index would gather tens of thousands first, a fifth of a millisecond each thousand.
create function public.seldom_tagged(tag text, most integer)
 returns uuid[]
 language plpgsql
 stable security definer
 set search_path to 'public', 'pg_temp'
 set plan_cache_mode to 'force_custom_plan'
as $function$
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  half bigint;
  halfway timestamptz;
  ids uuid[];
begin
  if (select count(*) from (select c.tags from conversation c where c.workspace_id = place and c.tags <> '{}' order by c.last_at desc limit 300) c
      where tag = any (c.tags)) >= 6 then
    select n.conversations / 2 into half from counter n where n.workspace_id = place;
    select c.last_at into halfway from conversation c where c.workspace_id = place and c.number <= half order by c.number desc limit 1;
    if (select count(*) from (select c.tags from conversation c where c.workspace_id = place and c.tags <> '{}' and c.last_at < halfway order by c.last_at desc limit 300) c
        where tag = any (c.tags)) >= 3 then
      return null;
    end if;
  end if;
  if nearly_alone(place) then
    with found as materialized (select c.id from conversation c where coalesce(c.workspace_id, place) = place and c.tags <> '{}' and c.tags @> array[tag])
      select array_agg(f.id) into ids from (select id from found limit most) f;
  else
    with found as materialized (select c.id from conversation c where c.workspace_id = place and c.tags <> '{}' and c.tags @> array[tag])
      select array_agg(f.id) into ids from (select id from found limit most) f;
  end if;
  return case when cardinality(ids) = most then null else coalesce(ids, '{}') end;
end $function$;
