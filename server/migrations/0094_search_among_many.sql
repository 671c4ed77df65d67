-- What still took more than twice as long at ten times the conversations, measured at 1,000,000: words that are common, but seldom
-- together; a name that is called nearly as thousands are; and how many wait in each view.
select word_similarity('a', 'b'); -- so that the settings of pg_trgm are known below

-- What waits, to be counted: in the index alone, where the lists have to look at each conversation for whether it is said beside one.
create index conversation_waits on conversation (workspace_id, status, assignee_id)
  where status in ('open', 'waiting', 'snoozed') and folder = 'inbox' and merged_into is null and parent_kind is distinct from 'side';

-- Whether most of a large desk's rows are this workspace's. Then an index is better not asked for whose they are: four million places
-- of the workspace, held against the thousand of a word, took 12 ms.
create function public.nearly_alone(place uuid) returns boolean
 language sql stable
 set search_path to 'public', 'pg_temp'
as $function$
  select coalesce((select n.conversations > 100000 and n.conversations * 2 >= (select sum(o.conversations) from counter o)
    from counter n where n.workspace_id = place), false)
$function$;
revoke all on function public.nearly_alone(uuid) from public;

-- A word that is not finished has the index gather everything that begins like it, half a millisecond a thousand, for each look. So it
-- is looked for among the newest messages first, further down where some were there, and where many were halfway back, row by row.
-- Everything else is asked for bucket by bucket as long as that is less work than all the rest at once, judged by all that was seen so
-- far: a look costs about what a hundred rows do that lie apart.
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
    if older is not null and (looked >= 24
        or (got + older)::bigint * (got + older) * (here + 1) <= 100::bigint * (most - got) * (looked + 1) * (looked + 1)) then
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

-- Of those who are called nearly so, fewer are held against what was typed: each costs a hundredth of a millisecond, and five are shown.
create or replace function public.search_customers(folded_query text, most integer)
 returns table(customer_id uuid, nearness real)
 language plpgsql
 stable security definer
 set search_path to 'public', 'pg_temp'
 set "pg_trgm.word_similarity_threshold" to '0.5'
as $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  inside text := replace(replace(replace(folded_query, '\', '\\'), '%', '\%'), '_', '\_');
  n int;
begin
  return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real
    from (select s.customer_id, s.folded from search_name s where s.workspace_id = place and s.folded like '%' || inside || '%' limit greatest(most, 5000)) s
    order by 2 desc, 1 limit most;
  get diagnostics n = row_count;
  if n >= most or length(folded_query) < 6 then
    return;
  end if;
  if nearly_alone(place) then
    return query select s.customer_id, (s.near * 0.59)::real from (
        select s.customer_id, word_similarity(folded_query, s.folded) as near from search_name s
        where coalesce(s.workspace_id, place) = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' limit greatest(most, 300)) s
      order by 2 desc, 1 limit most - n;
    return;
  end if;
  return query select s.customer_id, (s.near * 0.59)::real from (
      select s.customer_id, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' limit greatest(most, 300)) s
    order by 2 desc, 1 limit most - n;
end $function$;
