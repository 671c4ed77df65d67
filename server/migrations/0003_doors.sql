-- A function that works as its owner must find the owner's tables only: unless it is named last, the schema of
-- temporary tables comes first, and whoever could make one called search_row would answer in its place.
do $$
declare f regprocedure;
begin
  for f in select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
    and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') loop
    execute format('alter function %s set search_path = public, pg_temp', f);
  end loop;
end $$;
