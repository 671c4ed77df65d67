-- What stands in a name or address as it was typed comes first, and has its own way through the index. Only what is missing is looked for
-- by likeness: of a piece that half of all addresses hold, that compares everyone (1.5 s with 34,000 customers).
select word_similarity('a', 'b'); -- loads the extension, which then knows its setting
create or replace function search_customers(folded_query text, most int) returns table (customer_id uuid, nearness real)
  language plpgsql stable security definer set search_path = public, pg_temp set pg_trgm.word_similarity_threshold = 0.5 as $$
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
  if n < most and length(folded_query) >= 6 then
    return query select s.customer_id, (word_similarity(folded_query, s.folded) * 0.59)::real from search_name s
      where s.workspace_id = place and folded_query <% s.folded and s.folded not like '%' || inside || '%' order by 2 desc, 1 limit most - n;
  end if;
end $$;
