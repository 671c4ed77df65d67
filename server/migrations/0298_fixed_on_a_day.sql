-- What is fixed was fixed on a day: without one, or on one that lies ahead, the rule never looked at it. It gets the day on which it became fixed.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    update problem p set version = p.version + 1, shipped_on = (coalesce(
        (select max(s.at) from problem_step s where s.workspace_id = w and s.problem_id = p.id and s.state = 'fixed'), p.created_at)
      at time zone coalesce((select z.name from workspace o join pg_timezone_names z on z.name = o.time_zone where o.id = w limit 1), 'UTC'))::date
    where p.workspace_id = w and p.state in ('fixed', 'verified') and (p.shipped_on is null or p.shipped_on > now() + interval '1 day');
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
