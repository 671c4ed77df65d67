-- What nearly everybody is called, `example` or a provider's domain: the index gathered all 340,000 who have it to give out 1,500 of them,
-- 40 ms, and again to show five. Where a fifth of the newest have it, it is looked for among the newest themselves.
select word_similarity('a', 'b'); -- so that the settings of pg_trgm are known below

-- The newest of those who have it in their name or address, where so many have it that so many of them are soon together; else nobody.
create function public.newest_called(place uuid, folded_query text, most integer)
 returns uuid[]
 language plpgsql
 stable
 set search_path to 'public', 'pg_temp'
as $function$
#variable_conflict use_column
declare
  newest uuid[];
begin
  if (select count(*) from (select s.folded from search_name s where s.workspace_id = place order by s.customer_id desc limit 200) s
      where strpos(s.folded, folded_query) > 0) < 40 then
    return null;
  end if;
  select array_agg(f.customer_id) into newest from (
    select s.customer_id from (select s.customer_id, s.folded from search_name s where s.workspace_id = place order by s.customer_id desc limit most * 10) s
    where strpos(s.folded, folded_query) > 0 limit most) f;
  return case when cardinality(newest) = most then newest end;
end $function$;
revoke all on function public.newest_called(uuid, text, integer) from public;

-- Of those who are called nearly so as many are held against what was typed as search_customers holds: each costs a twentieth of a
-- millisecond. Three hundred mean that there may be more of them.
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
  alone boolean := nearly_alone(place);
  newest uuid[] := newest_called(place, folded_query, most);
begin
  if newest is not null then
    return query select u.id, null::text, 1::real from unnest(newest) u (id);
    return;
  end if;
  if alone then
    return query select s.customer_id, null::text, 1::real from search_name s
      where coalesce(s.workspace_id, place) = place and s.folded like '%' || inside || '%' limit most;
  else
    return query select s.customer_id, null::text, 1::real from search_name s
      where s.workspace_id = place and s.folded like '%' || inside || '%' limit most;
  end if;
  if found or length(folded_query) < 6 then
    return;
  end if;
  if alone then
    return query select s.customer_id, s.folded, s.near::real from (
        select s.customer_id, s.folded, word_similarity(folded_query, s.folded) as near from search_name s
        where coalesce(s.workspace_id, place) = place and folded_query <% s.folded limit 300) s
      order by 3 desc, 1;
    return;
  end if;
  return query select s.customer_id, s.folded, s.near::real from (
      select s.customer_id, s.folded, word_similarity(folded_query, s.folded) as near from search_name s
      where s.workspace_id = place and folded_query <% s.folded limit 300) s
    order by 3 desc, 1;
end $function$;

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
  newest uuid[] := newest_called(place, folded_query, greatest(most, 500));
  n int;
begin
  if newest is not null then
    return query select s.customer_id, (case when s.folded like inside || '%' then 1 when s.folded like '% ' || inside || '%' then 0.9 else 0.6 end)::real
      from search_name s where s.workspace_id = place and s.customer_id = any (newest) order by 2 desc, 1 limit most;
    return;
  end if;
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
