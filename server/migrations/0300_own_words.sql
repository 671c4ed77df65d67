-- A chat holds what its visitor said and what they were answered. Until now whatever anybody wrote in its conversation became a line of it, as the
-- visitor's own: what somebody in copy answered by mail, and, where the conversations of two people were made one, each one's words in the other's chat.
create function pg_temp.became_of(w uuid, whose uuid) returns uuid language sql stable as $$
  with recursive up as (select id, merged_into from customer where workspace_id = w and id = whose
    union all select c.id, c.merged_into from up join customer c on c.workspace_id = w and c.id = up.merged_into)
  select id from up where merged_into is null
$$;
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    delete from chat_line l using chat c, visitor p, message m, conversation k
    where l.workspace_id = w and c.workspace_id = w and c.id = l.chat_id and p.workspace_id = w and p.id = c.visitor_id and m.workspace_id = w and m.id = l.message_id
      and k.workspace_id = w and k.id = m.conversation_id and m.type = 'in' and m.customer_id <> p.customer_id
      and pg_temp.became_of(w, m.customer_id) <> pg_temp.became_of(w, p.customer_id)
      -- Typed by them, or mailed from the address that they gave, or from where they were answered.
      and (l.client_id is null or m.dedupe is distinct from sha256(convert_to('chat' || chr(10) || p.id || chr(10) || l.client_id, 'UTF8')))
      and (p.email = '' or lower(m.sender->>'address') <> lower(p.email))
      and (k.customer_id <> p.customer_id or k.customer_address = '' or lower(m.sender->>'address') <> lower(k.customer_address));

    -- Chats that went along into the conversation of somebody else stand again where they came from, with what was said there.
    with strayed as (select c.id, f.id as home, f.merge_undo->'messages' as messages
        from chat c join visitor p on p.workspace_id = w and p.id = c.visitor_id join conversation k on k.workspace_id = w and k.id = c.conversation_id
          join conversation f on f.workspace_id = w and f.merged_into = k.id and f.merge_undo is not null
        where c.workspace_id = w and k.customer_id <> p.customer_id and pg_temp.became_of(w, k.customer_id) <> pg_temp.became_of(w, p.customer_id)
          and pg_temp.became_of(w, f.customer_id) = pg_temp.became_of(w, p.customer_id)
          and exists (select 1 from chat_line l where l.workspace_id = w and l.chat_id = c.id and f.merge_undo->'messages' ? l.message_id::text)),
      foreign_words as (delete from chat_line l using strayed s, message m
        where l.workspace_id = w and l.chat_id = s.id and m.workspace_id = w and m.id = l.message_id and m.type = 'out' and not s.messages ? l.message_id::text)
    update chat c set conversation_id = s.home from strayed s where c.workspace_id = w and c.id = s.id;
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
drop function pg_temp.became_of(uuid, uuid);
