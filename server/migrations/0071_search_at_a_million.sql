-- What took ten times as long at ten times the conversations, measured at 1,000,000: names like one that was mistyped, words that
-- are not finished, two words that seldom stand together, and the list of what an index has not sorted in yet.
select word_similarity('a', 'b'); -- so that the settings of pg_trgm are known below

-- Each look into the index goes through what was not sorted in: 4 MB of it took 5 ms, and a search looks up to twenty times.
alter index search_words set (gin_pending_list_limit = 512);
alter index search_name_trigrams set (gin_pending_list_limit = 256);

-- Of those who are called alike only so many are held against each other: beyond 1,500 nobody could tell which of them was meant.
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
  return query select s.customer_id, (s.near * 0.59)::real from (
      select s.customer_id, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' limit greatest(most, 1500)) s
    order by 2 desc, 1 limit most - n;
end $function$;

-- A word that is not finished has the index gather everything that begins like it, in all buckets: where it is common, its newest
-- places are found sooner by going through the newest messages. And all the rest is read at once only where that costs less than
-- going on bucket by bucket: a look into one costs about what 60 rows do.
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
begin
  if query::text like '%:*%' then
    select array_agg(f.message_id) into newest from (
      select distinct on (s.bucket, s.conversation_id) s.message_id from (
        select s.bucket, s.conversation_id, s.message_id, s.words from search_row s
        where s.workspace_id = place and (below is null or s.conversation_id < below) order by s.conversation_id desc limit 1500) s
      where s.bucket <= high and s.words @@ query order by s.bucket desc, s.conversation_id desc, s.message_id desc limit most) f;
    if cardinality(newest) >= most then
      return query select s.bucket, s.conversation_id, s.message_id from search_row s
        where s.workspace_id = place and s.message_id = any (newest) order by s.bucket desc, s.conversation_id desc;
      return;
    end if;
  end if;
  while here >= 0 and got < most loop
    if looked >= 2 and got::bigint * got * (here + 1) <= 60::bigint * (most - got) * looked * looked then
      -- What nobody wrote lately may have been common before: one bucket halfway back tells.
      if older is null then
        select count(*) into older from search_row s where s.workspace_id = place and s.bucket = here / 2 and s.words @@ query;
      end if;
    end if;
    if older::bigint * (here + 1) <= 3000 or (older is not null and looked >= 12) then
      return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
          where s.workspace_id = place and s.words @@ query and s.bucket + 0 <= here)
        select distinct on (f.bucket, f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
        order by f.bucket desc, f.conversation_id desc, f.message_id desc limit most - got;
      return;
    end if;
    return query with found as materialized (select s.bucket, s.conversation_id, s.message_id from search_row s
        where s.workspace_id = place and s.bucket = here and s.words @@ query and (below is null or here < high or s.conversation_id < below))
      select distinct on (f.conversation_id) f.bucket, f.conversation_id, f.message_id from found f
      order by f.conversation_id desc, f.message_id desc limit most - got;
    get diagnostics n = row_count;
    got := got + n;
    looked := looked + 1;
    here := here - 1;
  end loop;
end $function$;

-- Whose conversations are meant: all who have the words in their name or address; where nobody has, those who are called nearly so,
-- with what they are called, so that a word of theirs can be taken where they are too many.
create or replace function public.customers_called(folded_query text, most integer)
 returns table(customer_id uuid, folded text, nearness real)
 language plpgsql
 stable security definer
 set search_path to 'public', 'pg_temp'
 set "pg_trgm.word_similarity_threshold" to '0.5'
as $function$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  inside text := replace(replace(replace(folded_query, '\', '\\'), '%', '\%'), '_', '\_');
begin
  return query select s.customer_id, null::text, 1::real from search_name s
    where s.workspace_id = place and s.folded like '%' || inside || '%' limit most;
  if found or length(folded_query) < 6 then
    return;
  end if;
  return query select s.customer_id, s.folded, s.near::real from (
      select s.customer_id, s.folded, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded limit 1500) s
    order by 3 desc, 1 limit 300;
end $function$;
