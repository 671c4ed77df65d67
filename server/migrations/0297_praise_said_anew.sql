-- Words that were agreed to and are said otherwise by now are shown no more until their writer agrees anew. That they were agreed to stays, with the
-- visits and orders that came of them, and so does that they are asked again.
alter table praise add column reworded boolean not null default false;

-- Until now that was forgotten: what has visits or orders was agreed to, since nothing else had a page.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    update praise p set consented_at = p.offered_at, withdrawn_at = coalesce(p.withdrawn_at, now()), reworded = p.withdrawn_at is null
    where p.workspace_id = w and p.consented_at is null
      and (p.visits > 0 or exists (select 1 from praise_order o where o.workspace_id = w and o.praise_id = p.id));
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
