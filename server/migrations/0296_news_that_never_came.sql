-- Whom a mailing never reached was not told: what failed or came back before this says so, and the next mailing may tell them.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    update mailing_person p set state = 'left', reason = 'not-delivered' from message m
    where p.workspace_id = w and p.state = 'sent' and m.workspace_id = w and m.id = p.message_id and m.state in ('failed', 'bounced')
      and not exists (select 1 from jsonb_array_elements(coalesce(m.delivery->'recipients', '[]')) r where r->>'state' not in ('refused', 'bounced'));
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
