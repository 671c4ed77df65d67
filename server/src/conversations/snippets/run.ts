import type { Address, ConversationRow, Filled, Step, Words } from '@hearten/contract';
import { clock } from '../../base/clock.ts';
import { sql, type Tx } from '../../base/db.ts';
import { Conflict } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { actorOf, type Json, type Who } from '../../base/module.ts';
import { say } from '../../base/words.ts';
import { readText, writeHtml } from '../body/index.ts';
import { leftAs } from '../bulk-verbs.ts';
import { assign, edit, note, setStatus, snooze, tag } from '../change.ts';
import { saveDraft } from '../draft.ts';
import type { ChannelOf } from '../inbox-of.ts';
import { reply } from '../reply.ts';
import { type Locked, lockLive, rowFor } from '../rows.ts';
import { fill, type Told, valuesFor } from './fill.ts';
import type { Row } from './rows.ts';
import { filledFor } from './use.ts';
import { noteUse } from './used.ts';

/** A macro as it was when it was started. */
export type KeptMacro = Pick<Row, 'id' | 'name' | 'text' | 'html' | 'variants' | 'files' | 'sends'> & { steps: Step[] };
export const keptMacro = ({ id, name, text, html, variants, files, sends, steps }: Row): KeptMacro => ({
  id,
  name,
  text,
  html,
  variants,
  files,
  sends,
  steps: steps ?? [],
});

/** What a conversation was before a macro ran, and what the macro added: as much as is needed to take it back. */
export type BeforeMacro = {
  status: Locked['status'];
  snoozedUntil: string | null;
  assigneeId: string | null;
  teamId: string | null;
  tags: string[];
  priority: string;
  mentioned: string[];
  notes: string[];
  /** What it was afterwards (`leftAs`). */
  left?: string;
  /** The answer that is about to leave. */
  sent: string | null;
  /** The draft as the macro left it, and what stood there before. */
  draft: { now: string; was: Draft | null } | null;
};
export type Draft = {
  text: string;
  html: string | null;
  to: Address[] | null;
  cc: Address[];
  bcc: Address[];
  attachments: string[];
  inboxId: string | null;
};

/** Everything a macro does to one conversation, in the caller's transaction: the same verbs as its buttons. */
export async function runMacro(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  id: string,
  macro: KeptMacro,
  here: boolean,
): Promise<{ before: BeforeMacro; version: number }> {
  const home = await lockLive(tx, id);
  const extra = await tx.first<{ mentioned: string[] }>(
    sql`select mentioned from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const before: BeforeMacro = {
    status: home.status,
    snoozedUntil: home.snoozed_until,
    assigneeId: home.assignee_id,
    teamId: home.team_id,
    tags: home.tags,
    priority: home.priority,
    mentioned: extra?.mentioned ?? [],
    notes: [],
    sent: null,
    draft: null,
  };
  const told = await valuesFor(tx, who, id);
  if (!here && (macro.text.trim() || macro.html)) {
    const words = await filledFor(tx, who, macro, told);
    if (macro.sends) before.sent = await send(tx, channels, who, id, macro, words);
    else before.draft = await keep(tx, who, id, words);
    await noteUse(tx, who, macro.id, id);
  }
  for (const step of macro.steps) await take(tx, who, id, step, told, before);
  await emit(tx, [
    {
      name: 'conversation.macro',
      actor: actorOf(who),
      conversationId: id,
      data: { macroId: macro.id, name: macro.name },
    },
  ]);
  await tx.run(
    sql`update conversation set version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const after = JSON.parse(await rowFor(tx, who.id, id)) as ConversationRow;
  return { before: { ...before, left: await leftAs(tx, after) }, version: after.version };
}

async function take(tx: Tx, who: Who, id: string, step: Step, told: Told, before: BeforeMacro): Promise<void> {
  switch (step.do) {
    case 'tag':
      await tag(tx, who, id, step);
      return;
    case 'assign':
      await assign(tx, who, id, {
        ...(step.assigneeId === undefined ? {} : { assigneeId: step.assigneeId === 'me' ? who.id : step.assigneeId }),
        ...(step.teamId === undefined ? {} : { teamId: step.teamId }),
      });
      return;
    case 'priority':
      await edit(tx, who, id, { priority: step.priority });
      return;
    case 'note':
      before.notes.push(idOf(await note(tx, who, id, { text: fill(step.text, told.values).text })));
      return;
    case 'status':
      await setStatus(tx, who, id, step.status);
      return;
    case 'snooze':
      await snooze(tx, who, id, await momentOf(tx, who, step.for));
  }
}
const idOf = ({ json }: Json): string =>
  (JSON.parse(json) as { conversation: ConversationRow; message: { id: string } }).message.id;

async function send(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  id: string,
  macro: KeptMacro,
  words: Filled,
): Promise<string> {
  if (words.missing.length > 0)
    throw Conflict(
      say(
        'The answer of “{name}” names what is not known here: {missing}. Nothing was sent or changed; answer this one by hand.',
        { name: macro.name, missing: words.missing.map((name) => `{{${name}}}`).join(', ') },
      ),
    );
  const status = macro.steps.find((step) => step.do === 'status')?.status ?? 'waiting';
  const answer = await reply(tx, channels, who, id, {
    ...(words.html === null ? { text: words.text } : { html: words.html }),
    attachments: words.files.map((file) => file.id),
    after: status === 'closed' ? 'resolved' : status,
  });
  return idOf(answer);
}

/** Below what one had written there already. */
async function keep(tx: Tx, who: Who, id: string, words: Filled): Promise<BeforeMacro['draft']> {
  const was = await draftOf(tx, who, id);
  const both = was?.text.trim() ? joined(was, words) : words;
  const attachments = [...(was?.attachments ?? []), ...words.files.map((file) => file.id)];
  await putDraft(tx, who, id, { ...(was ?? nobody), text: both.text, html: both.html, attachments });
  return { now: (await draftOf(tx, who, id))?.text ?? '', was };
}
const nobody = { to: null, cc: [], bcc: [], inboxId: null };
const formatted = ({ text, html }: Words): string => html ?? writeHtml(readText(text));
const joined = (above: Words, below: Words): Words => ({
  text: `${above.text.trimEnd()}\n\n${below.text}`,
  html: above.html || below.html ? `${formatted(above)}<p></p>${formatted(below)}` : null,
});
export const putDraft = (tx: Tx, who: Who, id: string, { text, html, ...rest }: Draft): Promise<unknown> =>
  saveDraft(tx, who, id, { ...rest, kind: 'reply', ...(html === null ? { text } : { html }) });
export const draftOf = async (tx: Tx, who: Who, id: string): Promise<Draft | null> =>
  (await tx.first<Draft>(
    sql`select text, html, recipients as "to", cc, bcc, attachments, inbox_id as "inboxId" from draft where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and person_id = ${who.id} and kind = 'reply'`,
  )) ?? null;

/** Hours are hours; days and weeks end at nine in the morning, where the person is. */
async function momentOf(tx: Tx, who: Who, ahead: string): Promise<string> {
  const count = Number(ahead.slice(0, -1));
  if (ahead.endsWith('h')) return new Date(clock() + count * 3_600_000).toISOString();
  const days = ahead.endsWith('w') ? count * 7 : count;
  const row = await tx.first<{ at: string }>(sql`
    select ((now() at time zone p.time_zone)::date + ${days}::int + time '09:00') at time zone p.time_zone as at
    from person p where p.workspace_id = ${tx.workspaceId} and p.id = ${who.id}`);
  return row?.at ?? new Date(clock() + days * 86_400_000).toISOString();
}
