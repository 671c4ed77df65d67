-- What earlier updates filled from what was there (0121, 0130, 0161) went past every row: the owner of the tables stands under row security
-- too, and in no workspace it sees nothing. It is filled here in one workspace after the other: which question counts, what was asked
-- already (so that nobody is asked again within 14 days of it), and the first step of each problem.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    perform settle_ends(w, array(select distinct conversation_id from mood_ask where workspace_id = w));
    insert into ask (workspace_id, id, customer_id, kind, at)
    select a.workspace_id, a.id, c.customer_id, 'mood', a.at from mood_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
    where a.workspace_id = w and a.excluded is null on conflict do nothing;
    with bare as (select p.* from problem p where p.workspace_id = w and not exists (select 1 from problem_step s where s.workspace_id = w and s.problem_id = p.id)),
      found as (insert into problem_step (workspace_id, id, problem_id, state, at) select w, gen_random_uuid(), id, 'found', created_at from bare)
    insert into problem_step (workspace_id, id, problem_id, state, shipped_on, at)
    select w, gen_random_uuid(), id, state, shipped_on, greatest(created_at + interval '1 second', shipped_on::timestamptz) from bare where state <> 'found';
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
