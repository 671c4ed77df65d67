-- A link in a mail went where the key that vouched last said that it goes. With that key the link ends, and the visit that it began; before,
-- both outlived the visits by which alone they were found. Without a visit of these days nobody knows which key it was, where there are several.
-- A workspace that moves takes its visitors along and not its keys, so a visitor may name one that is not there.
alter table visitor add column key_id uuid;
alter table chat_link add column key_id uuid;
alter table chat_link add foreign key (workspace_id, key_id) references chat_key (workspace_id, id) on delete cascade;

do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    update visitor v set key_id = case when s.key_id is not null then s.key_id else k.id end
    from inbox i
      left join lateral (select min(o.id::text)::uuid as id from chat_key o where o.workspace_id = w and o.inbox_id = i.id having count(*) = 1) k on true,
      visitor n left join lateral (select x.key_id from visitor_session x where x.workspace_id = w and x.visitor_id = n.id and x.key_id is not null order by x.created_at desc limit 1) s on true
    where v.workspace_id = w and v.user_id is not null and i.workspace_id = w and i.id = v.inbox_id and n.workspace_id = w and n.id = v.id;
    update chat_link l set key_id = v.key_id from chat c join visitor v on v.workspace_id = w and v.id = c.visitor_id
    where l.workspace_id = w and c.workspace_id = w and c.id = l.chat_id and v.key_id is not null;
    update visitor_session s set key_id = v.key_id from visitor v
    where s.workspace_id = w and s.chat_id is not null and v.workspace_id = w and v.id = s.visitor_id and v.key_id is not null;
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
