import { clock } from '../base/clock.ts';
import { sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { quoted, reasonIn } from '../base/reasons.ts';
import { type Answer, Declined, fateOf } from './channel.ts';
import type { ChannelOf } from './inbox-of.ts';
import { keepLease, LEFT } from './keep-lease.ts';
import { assemble, type Leased, lease } from './lease.ts';
import { deliverAt } from './plan.ts';
import { putOff } from './put-off.ts';
import { afterTry, type Try, troubleIn, wholeState, whyOfAll } from './recipients.ts';
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
  if (message.sample) return keep(hearten, workspaceId, message);
  let handed = false;
  const letGo = keepLease(hearten, workspaceId, message);
  try {
    if (!inbox) throw Declined({ code: 'disconnected' });
    const outgoing = await db.tx(workspaceId, (tx) => assemble(tx, hearten, message));
    const { response, why, answers, knownAs } = await channels(inbox.channel).send(outgoing, inbox, async () => {
      // Just before anything that can't be taken back: is this lease still ours?
      const mine = await db.read(
        workspaceId,
        sql`select 1 from message where workspace_id = ${workspaceId} and id = ${messageId} and state = 'sending' and fence = ${message.fence} and lease_until > now() + make_interval(secs => ${LEFT})`,
      );
      if (mine.length === 0) throw Object.assign(new Error('Another sender took over.'), { fate: 'lost' });
      handed = true;
    });
    await settle(hearten, workspaceId, message, {
      answers: answers ?? [],
      knownAs: knownAs ?? [],
      rest: { state: 'accepted', why: why ?? { code: 'taken' }, said: response },
    });
  } catch (error) {
    const fate = fateOf(error);
    if ((fate?.fate as string | undefined) === 'lost') return;
    if (fate?.fate === 'early') return wait(hearten, workspaceId, message, fate.seconds ?? 1);
    const why = fate?.why ?? quoted(textOf(error));
    const state =
      fate?.fate === 'unsure' || (handed && !fate) ? 'unknown' : fate?.fate === 'declined' ? 'refused' : 'deferred';
    await settle(hearten, workspaceId, message, {
      answers: [],
      rest: {
        state,
        why: state === 'unknown' ? { code: 'may-have-arrived', values: { why } } : why,
        said: fate?.said ?? '',
      },
      wait: fate?.seconds ?? 0,
    });
  } finally {
    letGo();
  }
}

/** What is answered in a sample workspace stays on the desk: no channel ever sees it, whatever its inbox could do. */
async function keep(hearten: Hearten, workspaceId: string, m: Leased): Promise<void> {
  await hearten.db.tx(workspaceId, async (tx) => {
    const kept = await tx.first<{ conversation_id: string }>(sql`
      update message set state = 'kept', lease_until = null, version = version + 1
      where workspace_id = ${workspaceId} and id = ${m.id} and state = 'sending' and fence = ${m.fence} returning conversation_id`);
    if (!kept) return;
    await emit(tx, [{ name: 'message.kept', actor: system, conversationId: kept.conversation_id, messageId: m.id }]);
  });
}

/** As it was before this try, but for its fencing number: whatever had its time to take it back has had it. */
async function wait(hearten: Hearten, workspaceId: string, m: Leased, seconds: number): Promise<void> {
  await hearten.db.tx(workspaceId, async (tx) => {
    const mine = await tx.run(sql`
      update message set state = case when delivery is null then 'queued' else 'deferred' end, attempts = attempts - 1, lease_until = null, send_at = now() + make_interval(secs => ${seconds})
      where workspace_id = ${workspaceId} and id = ${m.id} and state = 'sending' and fence = ${m.fence}`);
    if (mine) await deliverAt(tx, m.id, new Date(clock() + seconds * 1000), m.inbox_id);
  });
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
  const { why, said } = outcome.rest;
  const well = why.code === 'taken' ? said : reasonIn(why, 'en');
  const reason = (delivery && state !== 'sent' ? troubleIn(delivery.recipients) : well) || null;
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
    if (state === 'deferred') await deliverAt(tx, m.id, new Date(clock() + wait * 1000), m.inbox_id);
    if (lapsed) await reopen(tx, mine.conversation_id);
    const name = state === 'deferred' && fresh.length > 0 ? 'message.refused' : `message.${state}`;
    const data = {
      reason,
      why: delivery ? whyOfAll(delivery.recipients) : undefined,
      ...(fresh.length > 0 ? { recipients: fresh.map((r) => r.address) } : {}),
    };
    await emit(tx, [{ name, actor: system, conversationId: mine.conversation_id, messageId: m.id, data }]);
  });
}
