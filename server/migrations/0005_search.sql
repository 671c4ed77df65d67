-- A range of buckets in a GIN index reads the list of every bucket in it (26 ms at 100,000 conversations, for one bucket written as a
-- range; 55 ms for all), an equal sign only its own. So: the newest buckets one by one while they fill the page; and when the word is
-- too rare for that, all of its messages at once, without the index looking at buckets at all.
drop function search_messages(tsquery, int, int, uuid, int);
create function search_messages(query tsquery, high int, below uuid, most int) returns table (bucket int, conversation_id uuid, message_id uuid)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  here int := high;
  looked int := 0;
  got int := 0;
  n int;
begin
  while here >= 0 and got < most loop
    -- As frequent as in the buckets so far, how many would all the rest hold? Up to 1,500 are read faster than they are gone through.
    if looked >= 2 and got::bigint * (here + 1) <= 1500 * looked then
      return query select distinct on (s.bucket, s.conversation_id) s.bucket, s.conversation_id, s.message_id from search_row s
        where s.workspace_id = place and s.words @@ query and s.bucket + 0 <= here
        order by s.bucket desc, s.conversation_id desc, s.message_id desc limit most - got;
      return;
    end if;
    return query select distinct on (s.conversation_id) s.bucket, s.conversation_id, s.message_id from search_row s
      where s.workspace_id = place and s.bucket = here and s.words @@ query and (below is null or here < high or s.conversation_id < below)
      order by s.conversation_id desc, s.message_id desc limit most - got;
    get diagnostics n = row_count;
    got := got + n;
    looked := looked + 1;
    here := here - 1;
  end loop;
end $$;

-- Comparing a name with a typo costs 10 µs; how many are compared depends on how near they must be. Short words have too few letters to
-- be told apart when one is wrong: they are found as they stand, inside a name or an address.
select word_similarity('a', 'b'); -- loads the extension, which then knows its setting
drop function search_customers(text, int);
create function search_customers(folded_query text, most int) returns table (customer_id uuid, nearness real)
language plpgsql stable security definer set search_path = public, pg_temp set pg_trgm.word_similarity_threshold = 0.5 as $$
#variable_conflict use_column
declare
  place uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  inside text := replace(replace(replace(folded_query, '\', '\\'), '%', '\%'), '_', '\_');
begin
  if length(folded_query) < 6 then
    return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real from search_name s
      where s.workspace_id = place and s.folded like '%' || inside || '%' order by 2 desc, 1 limit most;
  else
    return query select s.customer_id, word_similarity(folded_query, s.folded) from search_name s
      where s.workspace_id = place and folded_query <% s.folded order by 2 desc, 1 limit most;
  end if;
end $$;
