import type { Address } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { sayWhat } from './body/index.ts';
import { draftJson, noteDraftRow } from './rows.ts';

type Written = {
  kind: 'reply' | 'note';
  text?: string | undefined;
  html?: string | undefined;
  to?: Address[] | null | undefined;
  cc?: Address[] | undefined;
  bcc?: Address[] | undefined;
  attachments?: string[] | undefined;
  inboxId?: string | null | undefined;
  base?: string | null | undefined;
};

/** To the microsecond, as the draft itself tells it: whoever goes on with it names it by that. */
const at: Sql = sql`to_json(updated_at)#>>'{}'`;

/**
 * Keeps what someone has written so far, a reply and a note apart. Only the first keeping is told: colleagues see that there is a draft,
 * not each letter. With `base` it goes over that draft alone: what was written on another device or tab is answered instead.
 */
export async function saveDraft(tx: Tx, who: Who, id: string, d: Written): Promise<{ updatedAt: string }> {
  const files = d.attachments ?? [];
  const { text, html } = sayWhat(d);
  const free = d.base === undefined;
  const base = d.base ?? null;
  const saved = await tx.first<{ updatedAt: string; fresh: boolean }>(
    d.kind === 'note'
      ? sql`
    insert into note_draft (workspace_id, conversation_id, person_id, text, html, attachments)
    select c.workspace_id, c.id, ${who.id}::uuid, ${text}::text, ${html}::text, ${files}::text[] from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
    on conflict (workspace_id, conversation_id, person_id) do update set text = excluded.text, html = excluded.html, attachments = excluded.attachments, updated_at = now()
      where ${free}::boolean or note_draft.updated_at = ${base}::timestamptz
    returning ${at} as "updatedAt", xmax = 0 as fresh`
      : sql`
    insert into draft (workspace_id, conversation_id, person_id, kind, text, html, recipients, cc, bcc, attachments, inbox_id)
    select c.workspace_id, c.id, ${who.id}::uuid, 'reply', ${text}::text, ${html}::text, ${d.to ? JSON.stringify(d.to) : null}::jsonb, ${JSON.stringify(d.cc ?? [])}::jsonb, ${JSON.stringify(d.bcc ?? [])}::jsonb, ${files}::text[], ${d.inboxId ?? null}::uuid from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
    on conflict (workspace_id, conversation_id, person_id) do update set kind = excluded.kind, text = excluded.text, html = excluded.html, recipients = excluded.recipients, cc = excluded.cc, bcc = excluded.bcc, attachments = excluded.attachments, inbox_id = excluded.inbox_id, updated_at = now()
      where ${free}::boolean or draft.kind <> 'reply' or draft.updated_at = ${base}::timestamptz
    returning ${at} as "updatedAt", xmax = 0 as fresh`,
  );
  if (!saved && !free) await elsewhere(tx, who, id, d.kind);
  if (!saved) throw NotFound('This conversation is not here. Copy your text before you leave this page.');
  if (saved.fresh)
    await emit(tx, [
      {
        name: 'draft.saved',
        actor: actorOf(who),
        conversationId: id,
        data: { personId: who.id, updatedAt: saved.updatedAt },
      },
    ]);
  return { updatedAt: saved.updatedAt };
}
/** What stands there instead of what one thought. */
async function elsewhere(tx: Tx, who: Who, id: string, kind: Written['kind']): Promise<void> {
  const there = await tx.first<{ json: string }>(sql`
    select ${draftJson}::text as json from conversation c, lateral ${kind === 'note' ? noteDraftRow : sql`(select * from draft x where x.workspace_id = c.workspace_id and x.kind = 'reply') d`}
    where c.workspace_id = ${tx.workspaceId} and c.id = ${id} and d.conversation_id = c.id and d.person_id = ${who.id}`);
  if (there)
    throw Conflict(
      'You wrote something else here on another device or in another tab. Nothing was overwritten; read it, then keep yours again.',
      { type: 'newer-draft', extra: { draft: JSON.parse(there.json) as unknown } },
    );
}
/** Throws away what someone has written: the reply, the note, or both when none is named. */
export async function deleteDraft(tx: Tx, who: Who, id: string, kind?: Written['kind']): Promise<void> {
  if (!(await tx.first(sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`)))
    throw NotFound('This conversation is not here.');
  const gone =
    (kind === 'note' ? 0 : await dropReplyDraft(tx, who, id)) +
    (kind === 'reply' ? 0 : await dropNoteDraft(tx, who, id));
  if (!gone) return;
  const left = await tx.first<{ at: string | null }>(sql`
    select greatest((select updated_at from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id} and kind = 'reply'),
      (select updated_at from note_draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id})) as at`);
  await emit(tx, [
    {
      name: 'draft.deleted',
      actor: actorOf(who),
      conversationId: id,
      data: { personId: who.id, left: left?.at ?? null },
    },
  ]);
}
export const dropReplyDraft = (tx: Tx, who: Who, id: string): Promise<number> =>
  tx.run(
    sql`delete from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id} and kind = 'reply'`,
  );
/** With what a process of an earlier version kept of it among the replies. */
export const dropNoteDraft = (tx: Tx, who: Who, id: string): Promise<number> =>
  tx.run(sql`
    with before as (delete from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id} and kind = 'note')
    delete from note_draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id}`);

/** Read up to its last message, or unread again. */
export async function markSeen(tx: Tx, who: Who, id: string, unread: boolean): Promise<void> {
  // As far as there is something to read, not "now": a mail whose server had it a second ago may be here only a second later.
  const home = await tx.first<{ up_to: string }>(
    sql`select to_json(case when ${unread} then 'epoch' else last_at end)#>>'{}' as up_to from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!home) throw NotFound('This conversation is not here.');
  // An answer that was taken back in between was read by nobody: what comes before its time is news.
  const changed = await tx.run(sql`
    insert into seen (workspace_id, conversation_id, person_id, up_to)
    select c.workspace_id, c.id, ${who.id}::uuid, least(${home.up_to}::timestamptz, c.last_at) from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
    on conflict (workspace_id, conversation_id, person_id) do update set up_to = case when ${unread} then excluded.up_to else greatest(seen.up_to, excluded.up_to) end
      where (seen.up_to < (select last_at from conversation where workspace_id = ${tx.workspaceId} and id = ${id})) is distinct from ${unread}`);
  if (changed)
    await emit(tx, [
      {
        name: 'conversation.seen',
        actor: actorOf(who),
        conversationId: id,
        data: { personId: who.id, unread, upTo: home.up_to },
      },
    ]);
}
