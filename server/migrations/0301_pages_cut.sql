-- The address of a page may carry a secret behind its path: a link to a new password, the way back from a sign-in. Nothing of that is kept any more.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    update visitor set page = regexp_replace(page, '[?#].*$', ''), referrer = regexp_replace(referrer, '[?#].*$', '')
    where workspace_id = w and (page ~ '[?#]' or referrer ~ '[?#]');
    update visitor_event set meta = jsonb_set(meta, '{url}', to_jsonb(regexp_replace(meta->>'url', '[?#].*$', '')))
    where workspace_id = w and kind = 'page' and meta->>'url' ~ '[?#]';
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
