import type { KnownMailing, LeftOut, MailingKind, MailingState } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, isRefused, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Hearten, type Json, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { type ChannelOf, reply, whoActs } from '../conversations/index.ts';
import { lockProblem } from '../problems/index.ts';
import { type Planned, planFor } from './reporters.ts';
import { mailingById } from './shown.ts';

/** So many in one transaction: what stays locked for a moment only. */
export const PIECE = 20;

export type Mail = {
  id: string;
  problem_id: string;
  kind: MailingKind;
  person_id: string;
  key_id: string | null;
  confirmed: boolean;
  state: MailingState;
};
export async function lockMailing(tx: Tx, id: string): Promise<Mail> {
  const row = await tx.first<Mail>(
    sql`select id, problem_id, kind, person_id, key_id, confirmed, state from mailing where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound('This is not here any more: what was not sent is kept for a day.');
  return row;
}
export async function becomes(tx: Tx, who: Who, mail: Mail, state: MailingState): Promise<void> {
  await tx.run(
    sql`update mailing set state = ${state}, started_at = case when ${state} = 'running' then coalesce(started_at, now()) else started_at end where workspace_id = ${tx.workspaceId} and id = ${mail.id}`,
  );
  await moved(tx, who, mail);
}
export const moved = (tx: Tx, who: Who, { id, problem_id }: Mail): Promise<string[]> =>
  emit(tx, [{ name: 'problem.mailed', actor: actorOf(who), data: { problemId: problem_id, mailingId: id } }]);

/** Begins, or goes on after a stop. Pressed again it is the same sending; of two who press at once for the same people one sends. */
export async function sendMailing(tx: Tx, who: Who, id: string): Promise<KnownMailing> {
  const known = await tx.first<{ problem_id: string }>(
    sql`select problem_id from mailing where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  // The problem first, as everything that locks both.
  if (known) await lockProblem(tx, known.problem_id);
  const mail = await lockMailing(tx, id);
  if (mail.person_id !== who.id)
    throw Conflict(
      'Somebody else wrote this, and it would go out in their name. Nothing was sent; make a preview of your own.',
    );
  if (mail.state === 'undoing' || mail.state === 'undone')
    throw Conflict('This was taken back. Nothing was sent; make a new preview.');
  if (mail.state !== 'preview' && mail.state !== 'stopped') return mailingById(tx, id);
  const other = await tx.first<{ name: string }>(sql`
    select p.name from mailing m join person p on p.workspace_id = m.workspace_id and p.id = m.person_id
    where m.workspace_id = ${tx.workspaceId} and m.problem_id = ${mail.problem_id} and m.kind = ${mail.kind} and m.state = 'running'`);
  if (other)
    throw Conflict(
      say('{name} is telling these people this moment. Nothing was sent by you; look at what they wrote.', {
        name: other.name,
      }),
      { type: 'running' },
    );
  await becomes(tx, who, mail, 'running');
  await jobs.add(tx, 'mailing', { mailingId: id }, { key: `mailing:${id}` });
  const told = await mailingById(tx, id);
  const facts = { kind: mail.kind, people: told.people };
  await audit(tx, { area: 'data', what: 'problem.mailing', about: ['problem', mail.problem_id], facts });
  return told;
}

export async function stopMailing(tx: Tx, who: Who, id: string): Promise<KnownMailing> {
  const mail = await lockMailing(tx, id);
  if (mail.state === 'running') await becomes(tx, who, mail, 'stopped');
  return mailingById(tx, id);
}

/**
 * All that is being told this moment, and was begun before `since`: nobody is told more until a person goes on. For a desk that is a copy
 * of another, which may have told the rest itself.
 */
export async function stopRunning(tx: Tx, since: string): Promise<number> {
  const stopped = await tx.many<{ id: string; problemId: string }>(sql`
    update mailing set state = 'stopped' where workspace_id = ${tx.workspaceId} and state = 'running' and started_at < ${since}::timestamptz
    returning id, problem_id as "problemId"`);
  if (stopped.length > 0)
    await emit(
      tx,
      stopped.map(({ id, problemId }) => ({
        name: 'problem.mailed',
        actor: system,
        data: { problemId, mailingId: id },
      })),
    );
  return stopped.length;
}

type Item = {
  id: string;
  customer_id: string | null;
  conversation_id: string | null;
  inbox_id: string;
  answers: string;
  address: string;
  subject: string;
  text: string;
};
type Noted = {
  id: string;
  state: 'sent' | 'left';
  reason: LeftOut | null;
  customer_id: string | null;
  message_id: string | null;
};

/**
 * Up to twenty, each message in one transaction with the row that says it was written: a process killed in between repeats nothing and
 * forgets nobody. True while there is more to do.
 */
export async function piece(tx: Tx, channels: ChannelOf, who: Who, mail: Mail): Promise<boolean> {
  if (mail.state !== 'running') return false;
  // Two mailings speak to the same people once their problems became one: one piece at a time, so that each sees whom the other told.
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`mailings ${tx.workspaceId}`}, 0))`);
  const items = await tx.many<Item>(sql`
    select id, customer_id, conversation_id, inbox_id, answers, address, subject, text from mailing_person
    where workspace_id = ${tx.workspaceId} and mailing_id = ${mail.id} and state = 'todo' order by conversation_id, id limit ${PIECE}`);
  // Locked in order of id before it is looked at: nothing that was shown changes between the look and the answer.
  await tx.many(
    sql`select id from conversation where workspace_id = ${tx.workspaceId} and id = any (${items.flatMap((one) => one.conversation_id ?? [])}::uuid[]) order by id for no key update`,
  );
  const now = await planFor(tx, {
    ...{ problemId: mail.problem_id, kind: mail.kind, confirmed: mail.confirmed, mailingId: mail.id },
    only: items.flatMap((one) => one.customer_id ?? []),
  });
  const told = new Set<string>();
  const noted: Noted[] = [];
  for (const item of items) noted.push(await tell(tx, channels, who, mail, item, now, told));
  await note(tx, mail, noted);
  const more = items.length === PIECE;
  if (more) await moved(tx, who, mail);
  else await becomes(tx, who, mail, 'done');
  return more;
}

/**
 * What came of a piece. Whoever is told takes the name of whom they are by now, and of two who became one the other's row may have it still, in
 * this piece or in one to come: so none of them is anybody's first, and what was shown to the same people elsewhere is left. Else a key would
 * refuse the piece, and the mailing never end.
 */
async function note(tx: Tx, mail: Mail, noted: Noted[]): Promise<void> {
  await tx.run(sql`
    update mailing_person p set state = 'left', reason = case when n.reason is null then 'told' else n.reason end, address = '', subject = '', text = ''
    from jsonb_to_recordset(${JSON.stringify(noted)}::jsonb) as n (id uuid, reason text)
    where p.workspace_id = ${tx.workspaceId} and p.mailing_id = ${mail.id} and p.id = n.id`);
  const sent = noted.filter((one) => one.state === 'sent');
  if (sent.length === 0) return;
  await tx.run(sql`
    update mailing_person set state = 'left', reason = 'told', address = '', subject = '', text = ''
    where workspace_id = ${tx.workspaceId} and mailing_id = ${mail.id} and state = 'todo' and customer_id = any (${sent.flatMap((one) => one.customer_id ?? [])}::uuid[])`);
  await tx.run(sql`
    update mailing_person p set state = 'sent', reason = null, customer_id = n.customer_id, message_id = n.message_id, sent_at = now()
    from jsonb_to_recordset(${JSON.stringify(sent)}::jsonb) as n (id uuid, customer_id uuid, message_id uuid)
    where p.workspace_id = ${tx.workspaceId} and p.mailing_id = ${mail.id} and p.id = n.id`);
}

/** Exactly what was shown, to exactly whom; or, when that is not so any more, nothing. */
async function tell(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  mail: Mail,
  item: Item,
  now: Planned[],
  told: Set<string>,
): Promise<Noted> {
  const left = (reason: LeftOut): Noted => ({
    id: item.id,
    state: 'left',
    reason,
    customer_id: null,
    message_id: null,
  });
  if (!item.customer_id) return left('erased');
  // Of those who share a conversation, since theirs were merged into it, it is the one who was shown.
  const here = now.filter(({ of }) => of.id === item.conversation_id);
  const found = here.find(({ of }) => of.address === item.address) ?? here[0];
  if (!found || !item.conversation_id) return left('changed');
  const { of, reason } = found;
  if (reason) return left(reason === 'newer' && !(await toldElsewhere(tx, mail, now, of.root)) ? 'changed' : reason);
  if (told.has(of.root)) return left('told');
  if (of.address !== item.address || of.inbox_id !== item.inbox_id || of.answers !== item.answers)
    return left('changed');
  await tx.run(sql`savepoint one`);
  try {
    const to = of.own === of.id ? {} : { to: [{ address: of.address, name: of.name }] };
    const body = { text: item.text, ...to, after: mail.kind === 'fixed' ? of.after : 'waiting' };
    const sent = await reply(tx, channels, who, item.conversation_id, body, { of: item.id, subject: item.subject });
    told.add(of.root);
    return { id: item.id, state: 'sent', reason: null, customer_id: of.root, message_id: idIn(sent) };
  } catch (error) {
    // Put into the trash, merged or disconnected this moment. Anything else is no answer of ours.
    if (!isRefused(error) || error.refusal === 'unavailable') throw error;
    await tx.run(sql`rollback to savepoint one`);
    return left('changed');
  }
}
const idIn = ({ json }: Json): string => (JSON.parse(json) as { message: { id: string } }).message.id;

/** Two who were shown apart became one since: they are told in the newer of the two, if that was shown, too. */
const toldElsewhere = async (tx: Tx, mail: Mail, now: Planned[], root: string): Promise<boolean> => {
  const chosen = now.find(({ of, reason }) => of.root === root && reason === null)?.of.id;
  return (
    chosen !== undefined &&
    (await tx.first(
      sql`select 1 from mailing_person where workspace_id = ${tx.workspaceId} and mailing_id = ${mail.id} and conversation_id = ${chosen} and state in ('todo', 'sent')`,
    )) !== undefined
  );
};

/** The job: piece after piece until there is no more, it was stopped, or who wanted it may not any more. */
export async function runMailing(
  { db }: Hearten,
  workspaceId: string,
  id: string,
  work: (tx: Tx, who: Who, mail: Mail) => Promise<boolean>,
): Promise<void> {
  for (let more = true; more; )
    more = await db.tx(workspaceId, async (tx) => {
      const mail = await lockMailing(tx, id).catch((error) => {
        if (isRefused(error) && error.refusal === 'not-found') return null;
        throw error;
      });
      if (!mail) return false;
      const who = await whoActs(tx, mail.person_id, mail.key_id);
      if (!who.may('conversation.write')) {
        if (mail.state === 'running') await becomes(tx, who, mail, 'stopped');
        return false;
      }
      return work(tx, who, mail);
    });
}
