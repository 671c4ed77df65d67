import { sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { type Answer, fateOf } from './channel.ts';
import type { ChannelOf } from './inbox-of.ts';
import { keepLease } from './keep-lease.ts';
import { assemble, type Leased, lease } from './lease.ts';
import { deliverAt } from './plan.ts';
import { putOff } from './put-off.ts';
import { afterTry, type Try, troubleIn, wholeState } from './recipients.ts';
import { lockHomeOf, reopen } from './reopen.ts';

/** Tries of the job, seconds apart, after which what keeps a message from being sent counts as a try of the message. */
const PATIENCE = 3;

/**
 * Sends one queued message. queued → sending (leased, with a fencing number) → sent | deferred | failed | unknown.
 * What may have arrived is never sent again by itself: `unknown` is shown, and a person decides.
 */
export async function deliver(
  hearten: Hearten,
  channels: ChannelOf,
  workspaceId: string,
  messageId: string,
  attempt = PATIENCE,
): Promise<void> {
  const { db } = hearten;
  const held = await db
    .tx(workspaceId, (tx) => lease(tx, messageId))
    .catch(async (error) => {
      // A database that is busy or away is asked again in seconds; whatever stays is told. Away, it can't be written either.
      if (attempt < PATIENCE) throw error;
      hearten.log.error('An answer could not be made ready for sending', { error, messageId });
      await putOff(hearten, workspaceId, messageId, error);
      return null;
    });
  if (!held) return; // taken back, sent already, or another sender has it
  const { message, inbox } = held;
  let handed = false;
  const letGo = keepLease(hearten, workspaceId, message);
  try {
    if (!inbox) throw Object.assign(new Error('The inbox this belongs to was disconnected.'), { fate: 'declined' });
    const outgoing = await db.tx(workspaceId, (tx) => assemble(tx, hearten, message));
    const { response, answers, knownAs } = await channels(inbox.channel).send(outgoing, inbox, async () => {
      // Just before anything that can't be taken back: is this lease still ours?
      const mine = await db.read(
        workspaceId,
        sql`select 1 from message where workspace_id = ${workspaceId} and id = ${messageId} and state = 'sending' and fence = ${message.fence} and lease_until > now() + interval '20 seconds'`,
      );
      if (mine.length === 0) throw Object.assign(new Error('Another sender took over.'), { fate: 'lost' });
      handed = true;
    });
    await settle(hearten, workspaceId, message, {
      answers: answers ?? [],
      knownAs: knownAs ?? [],
      rest: { state: 'accepted', text: 'Taken by the mail server', said: response },
    });
  } catch (error) {
    const fate = fateOf(error);
    if ((fate?.fate as string | undefined) === 'lost') return;
    const text = textOf(error);
    const state =
      fate?.fate === 'unsure' || (handed && !fate) ? 'unknown' : fate?.fate === 'declined' ? 'refused' : 'deferred';
    await settle(hearten, workspaceId, message, {
      answers: [],
      rest: {
        state,
        text: state === 'unknown' ? `It may have arrived, or not: ${text}` : text,
        said: fate?.said ?? '',
      },
      wait: fate?.seconds ?? 0,
    });
  } finally {
    letGo();
  }
}

type Outcome = { answers: Answer[]; rest: Try['rest']; wait?: number; knownAs?: string[] };
/** Writes the outcome at each recipient, if the lease is still ours, and tells it. Only whom it was put off for is tried again. */
async function settle(hearten: Hearten, workspaceId: string, m: Leased, outcome: Outcome): Promise<void> {
  const { delivery, wait, fresh } = afterTry({
    recipients: m.recipients,
    known: m.delivery,
    attempts: m.attempts,
    ...outcome,
    wait: Math.max(outcome.wait ?? 0, ...outcome.answers.map((a) => a.seconds ?? 0)),
  });
  const state = delivery ? wholeState(delivery.recipients) : 'sent';
  const reason = (delivery && state !== 'sent' ? troubleIn(delivery.recipients) : outcome.rest.said) || null;
  await hearten.db.tx(workspaceId, async (tx) => {
    // Refused for one means that a person has to look, also while others are still tried.
    const lapsed = state === 'failed' || state === 'unknown' || fresh.length > 0;
    if (lapsed) await lockHomeOf(tx, m.id);
    // Its conversation may be another one by now, if it was merged while this was on its way.
    const mine = await tx.first<{ conversation_id: string }>(sql`
      update message set state = ${state}, state_reason = ${reason}, lease_until = null, sent_at = case when ${state} = 'sent' then now() else sent_at end, delivery = ${delivery && JSON.stringify(delivery)}::jsonb,
        send_at = case when ${state} = 'deferred' then now() + make_interval(secs => ${wait}) else send_at end, version = version + 1
      where workspace_id = ${workspaceId} and id = ${m.id} and state = 'sending' and fence = ${m.fence} returning conversation_id`);
    if (!mine) return;
    if (outcome.knownAs?.length)
      await tx.run(sql`
        insert into named_id (workspace_id, external_id, conversation_id, message_id) select ${workspaceId}, x, ${mine.conversation_id}, ${m.id} from unnest(${outcome.knownAs}::text[]) x
        on conflict (workspace_id, external_id, conversation_id) do update set message_id = excluded.message_id`);
    if (state === 'deferred') await deliverAt(tx, m.id, new Date(Date.now() + wait * 1000), m.inbox_id);
    if (lapsed) await reopen(tx, mine.conversation_id);
    const name = state === 'deferred' && fresh.length > 0 ? 'message.refused' : `message.${state}`;
    const data = { reason, ...(fresh.length > 0 ? { recipients: fresh.map((r) => r.address) } : {}) };
    await emit(tx, [{ name, actor: system, conversationId: mine.conversation_id, messageId: m.id, data }]);
  });
}
