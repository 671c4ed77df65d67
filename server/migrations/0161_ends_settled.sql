-- Of the questions at the end of a conversation one counts, where the conversation stands now, with the start and the lift of its mood.
-- Looked up for each of many that took most of the time of counting; it changes seldom, so it is kept beside the question, in the
-- transaction of whatever changes it.
alter table mood_ask add column home uuid;
alter table mood_ask add column counts boolean not null default false;
alter table mood_ask add column started smallint;
alter table mood_ask add column lift smallint;

create index mood_ask_home on mood_ask (workspace_id, home);

-- For these conversations, and those that stand in them: what counts is what was answered before what was asked before what was not; of
-- these the last. The pair is from the surest source that has both: a person of the team, a connected model, or what was read here.
create function settle_ends(w uuid, ids uuid[]) returns void language plpgsql as $$
declare homes uuid[];
begin
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

create function ends_changed() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select workspace_id, array_agg(distinct conversation_id) || coalesce(array_agg(distinct home) filter (where home is not null), '{}') as ids from changed group by workspace_id loop
    perform settle_ends(one.workspace_id, one.ids);
  end loop;
  return null;
end $$;
create function mood_changed() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select workspace_id, array_agg(distinct conversation_id) as ids from changed group by workspace_id loop
    perform settle_ends(one.workspace_id, one.ids);
  end loop;
  return null;
end $$;
create function end_moved() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'message' then
    if exists (select 1 from mood_ask a where a.workspace_id = new.workspace_id and a.message_id = new.id) then
      perform settle_ends(new.workspace_id, array(select a.conversation_id from mood_ask a where a.workspace_id = new.workspace_id and a.message_id = new.id) || array[old.conversation_id, new.conversation_id]);
    end if;
  else
    perform settle_ends(new.workspace_id, array_remove(array[new.id, old.merged_into, new.merged_into], null));
  end if;
  return null;
end $$;

create function end_answered() returns trigger language plpgsql as $$
begin
  perform settle_ends(new.workspace_id, array[new.conversation_id, coalesce(new.home, new.conversation_id)]);
  return null;
end $$;

create trigger settled after insert on mood_ask referencing new table as changed for each statement execute function ends_changed();
create trigger let_go after delete on mood_ask referencing old table as changed for each statement execute function ends_changed();
create trigger answered after update of answered_at, excluded on mood_ask for each row execute function end_answered();
create trigger felt_in after insert on mood referencing new table as changed for each statement execute function mood_changed();
create trigger felt_on after update on mood referencing new table as changed for each statement execute function mood_changed();
create trigger felt_out after delete on mood referencing old table as changed for each statement execute function mood_changed();
create trigger end_moved after update of folder, merged_into, parent_kind on conversation for each row
  when (old.folder is distinct from new.folder or old.merged_into is distinct from new.merged_into or old.parent_kind is distinct from new.parent_kind) execute function end_moved();
create trigger end_moved after update of conversation_id on message for each row
  when (old.conversation_id is distinct from new.conversation_id) execute function end_moved();

do $$
declare one record;
begin
  for one in select workspace_id, array_agg(distinct conversation_id) as ids from mood_ask group by workspace_id loop
    perform settle_ends(one.workspace_id, one.ids);
  end loop;
end $$;

drop index mood_ask_ended;
alter table mood_ask drop column again;
create index mood_ask_ended on mood_ask (workspace_id, at)
  include (id, home, author_id, team_id, channel, excluded, answered_at, compared, value, tapped, started, lift) where counts;
create index conversation_problem_first on conversation_problem (workspace_id, conversation_id) include (kind, problem_id) where place = 0;
