-- Two who change the same end at the same moment (two answers, an answer and a mood, a question and a mood) each counted without the other,
-- and what one of them changed was lost. Now the conversations concerned are locked first, in order of id, and looked at after that. Where
-- nobody was asked, which is nearly everywhere, nothing is locked and nothing counted: whoever asks holds the conversation `for update`, so
-- that a mood either is there or waits.
create or replace function settle_ends(w uuid, ids uuid[]) returns void language plpgsql as $$
declare
  homes uuid[];
  held uuid[] := '{}';
begin
  perform 1 from conversation c where c.workspace_id = w and c.id = any (ids) order by c.id for key share;
  loop
    homes := array(
      select distinct x from mood_ask a cross join lateral unnest(array[a.conversation_id, a.home,
          (select m.conversation_id from message m where m.workspace_id = w and m.id = a.message_id)]) x
      where a.workspace_id = w and (a.conversation_id = any (ids) or a.home = any (ids)) and x is not null);
    if cardinality(homes) = 0 then
      return;
    end if;
    exit when homes <@ held;
    perform 1 from conversation c where c.workspace_id = w and c.id = any (homes) order by c.id for no key update;
    held := held || homes;
  end loop;
  with moved as (
    update mood_ask a set home = case when c.merged_into is null then c.id
        else coalesce((select m.conversation_id from message m where m.workspace_id = w and m.id = a.message_id), c.merged_into) end
    from conversation c
    where a.workspace_id = w and c.workspace_id = w and c.id = a.conversation_id and (a.conversation_id = any (ids) or a.home = any (ids))
    returning a.home)
  select array_agg(distinct home) into homes from moved;
  homes := array(select distinct unnest(homes || ids));
  update mood_ask a set counts = n.counts, started = n.s, lift = n.l
  from (
    select o.id, p.s, p.l, k.folder = 'inbox' and k.merged_into is null and k.parent_kind is distinct from 'side' and o.excluded is distinct from 'practice'
        and row_number() over (partition by o.home order by o.excluded is not distinct from 'practice', o.answered_at is null, o.excluded is not null, o.at desc, o.id desc) = 1 as counts
    from mood_ask o
      join conversation k on k.workspace_id = w and k.id = o.home
      left join lateral (
        select min(m.value) filter (where m.stage = 'start') as s, min(m.value) filter (where m.stage = 'latest') - min(m.value) filter (where m.stage = 'start') as l
        from mood m where m.workspace_id = w and m.conversation_id = o.home
        group by m.source having count(*) = 2 order by array_position('{person,model,text}'::text[], m.source) limit 1) p on true
    where o.workspace_id = w and o.home = any (homes)) n
  where a.workspace_id = w and a.id = n.id and (a.counts, a.started, a.lift) is distinct from (n.counts, n.s, n.l);
end $$;
