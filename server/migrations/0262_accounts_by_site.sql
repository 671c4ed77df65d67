-- The id by which a site knows somebody is that site's own: user 57 of one is not user 57 of another. Until now the two became one customer.
-- `scope` says whose id it is: of an account, the chat whose key vouched; of all else nothing.
alter table handle add column scope text not null default '';
alter table handle drop constraint handle_pkey, add primary key (workspace_id, kind, value, scope);

-- Whoever was vouched for at a chat stays the customer they are, there. What no chat knows of stands on as it stood, and finds nobody.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    insert into handle (workspace_id, kind, value, scope, customer_id, created_at)
    select v.workspace_id, 'account', v.user_id, v.inbox_id::text, case when c.merged_into is null then c.id else c.merged_into end, v.created_at
    from visitor v join customer c on c.workspace_id = v.workspace_id and c.id = v.customer_id
    where v.workspace_id = w and v.user_id is not null on conflict do nothing;
    delete from handle h where h.workspace_id = w and h.kind = 'account' and h.scope = ''
      and exists (select 1 from handle n where n.workspace_id = w and n.kind = 'account' and n.value = h.value and n.scope <> '' and n.customer_id = h.customer_id);
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
