-- What is no problem (a question, a one-off, praise) has the whole of its conversation. Where a problem came with one that was merged into it, it
-- stands here until nothing is filed there any more: beside a problem it counted as one, and the shares of all came to more than the whole.
create table filing_aside (
  workspace_id uuid not null references workspace (id) on delete cascade,
  conversation_id uuid not null,
  kind text not null check (kind in ('question', 'one-off', 'praise')),
  filed_by uuid,
  provisional boolean not null,
  confirmed_by uuid,
  filed_at timestamptz not null,
  -- It came with this conversation itself, and goes with it.
  followed_from uuid,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
alter table filing_aside enable row level security;
alter table filing_aside force row level security;
create policy own on filing_aside using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- What stands beside a problem by now steps aside, and what is left of the conversation is shared anew.
do $$
declare w uuid;
begin
  for w in select id from workspace loop
    perform set_config('app.workspace_id', w::text, true);
    insert into filing_aside (workspace_id, conversation_id, kind, filed_by, provisional, confirmed_by, filed_at, followed_from)
    select f.workspace_id, f.conversation_id, f.kind, f.filed_by, f.provisional, f.confirmed_by, f.filed_at, f.followed_from from conversation_problem f
    where f.workspace_id = w and f.kind <> 'problem'
      and exists (select 1 from conversation_problem o where o.workspace_id = w and o.conversation_id = f.conversation_id and o.kind = 'problem');
    delete from conversation_problem f using filing_aside a where f.workspace_id = w and a.workspace_id = w and a.conversation_id = f.conversation_id and f.kind <> 'problem';
    update conversation_problem f set weight = least(1, f.weight / s.whole)
    from (select o.conversation_id, sum(o.weight) as whole from conversation_problem o join filing_aside a on a.workspace_id = w and a.conversation_id = o.conversation_id
      where o.workspace_id = w group by o.conversation_id) s
    where f.workspace_id = w and f.conversation_id = s.conversation_id;
    update conversation_problem f set place = 0 from filing_aside a where f.workspace_id = w and a.workspace_id = w and a.conversation_id = f.conversation_id
      and f.place = (select min(o.place) from conversation_problem o where o.workspace_id = w and o.conversation_id = f.conversation_id);
  end loop;
  perform set_config('app.workspace_id', '', true);
end $$;
