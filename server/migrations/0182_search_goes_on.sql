-- Words with filters ask for up to 4,000 places. After 24 buckets everything left was read at once, however much that was: of a word that
-- is common, 150,000 places, 670 ms, where twenty buckets more would have filled the page. What was seen so far tells; no number does.
create or replace function public.search_messages(query tsquery, high integer, below uuid, most integer)
 returns table(bucket integer, conversation_id uuid, message_id uuid)
 language plpgsql
 stable security definer
 set search_path to 'public', 'pg_temp'
as $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  here int := high;
  looked int := 0;
  got int := 0;
  n int;
  newest uuid[];
  older int;
  deep int;
  hit record;
  last uuid;
  row_by_row boolean := false;
begin
  if query::text like '%:*%' then
    foreach deep in array array[1500, 12000] loop
      newest := '{}';
      last := null;
      for hit in select s.conversation_id as conversation, s.message_id as message from (
          select s.bucket, s.conversation_id, s.message_id, s.words from search_row s
          where s.workspace_id = place and (below is null or s.conversation_id < below) order by s.conversation_id desc limit deep) s
        where s.bucket <= high and ts_match_vq(s.words, query)
      loop
        if hit.conversation is distinct from last then
          exit when cardinality(newest) = most;
          newest := newest || hit.message;
          last := hit.conversation;
        elsif hit.message > newest[cardinality(newest)] then
          newest[cardinality(newest)] := hit.message;
        end if;
      end loop;
      if cardinality(newest) = most then
        return query select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.message_id = any (newest) order by s.bucket desc, s.conversation_id desc;
        return;
      end if;
      exit when cardinality(newest)::bigint * (high + 1) < 2500; -- few among few: the index gathers them sooner
    end loop;
    select count(*) >= 4 into row_by_row from (
        select s.words from search_row s where s.workspace_id = place and s.conversation_id <
          (select c.id from conversation c where c.workspace_id = place and c.number <= high::bigint * 500 order by c.number desc limit 1)
        order by s.conversation_id desc limit 400) s where ts_match_vq(s.words, query);
  end if;
  while here >= 0 and got < most loop
    if looked >= 2 and older is null and got::bigint * got * (here + 1) <= 100::bigint * (most - got) * looked * looked then
      -- What nobody wrote lately may have been common before: one bucket halfway back tells.
      select count(*) into older from search_row s where s.workspace_id = place and s.bucket = here / 2 and s.words @@ query;
    end if;
    if (got + older)::bigint * (got + older) * (here + 1) <= 100::bigint * (most - got) * (looked + 1) * (looked + 1) then
      if nearly_alone(place) then
        return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
            where coalesce(s.workspace_id, place) = place and s.words @@ query and s.bucket + 0 <= here)
          select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
          order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
        return;
      end if;
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.words @@ query and s.bucket + 0 <= here)
        select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
      return;
    end if;
    if row_by_row then
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.bucket = here and ts_match_vq(s.words, query) and (below is null or here < high or s.conversation_id < below))
        select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.conversation_id desc, f.message_id desc limit most - got;
    else
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.bucket = here and s.words @@ query and (below is null or here < high or s.conversation_id < below))
        select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.conversation_id desc, f.message_id desc limit most - got;
    end if;
    get diagnostics n = row_count;
    got := got + n;
    looked := looked + 1;
    here := here - 1;
  end loop;
end $function$;
