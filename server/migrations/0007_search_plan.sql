-- Planned for any word, the page was sometimes read in the order of conversations, testing every message until it was full: fast for a
-- word in every second message, 100 ms and more for one in a thousand. What the index finds is now put in order after it was found.
create or replace function search_messages(query tsquery, high int, below uuid, most int) returns table (bucket int, conversation_id uuid, message_id uuid)
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
end $$;
