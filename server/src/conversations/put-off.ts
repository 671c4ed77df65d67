import type { Delivery } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { reasonIn } from '../base/reasons.ts';
import { deliverAt, showPlans } from './plan.ts';
import { afterTry, type Recipients, troubleIn, wholeState, whyOfAll } from './recipients.ts';
import { lockHomeOf, reopen } from './reopen.ts';

type Stuck = {
  conversation_id: string;
  inbox_id: string;
  recipients: Recipients;
  delivery: Delivery | null;
  attempts: number;
  planned: boolean;
};

/**
 * A try that ended before anything was sent, by an error of our own: it counts like one that the mail server put off, is seen at the
 * message, and after the last one the message has failed. Without this it would be tried for ever, and look as if it were about to leave.
 */
export async function putOff(hearten: Hearten, workspaceId: string, messageId: string, error: unknown): Promise<void> {
  await hearten.db.tx(workspaceId, async (tx) => {
    await lockHomeOf(tx, messageId);
    const m = await tx.first<Stuck>(sql`
      select conversation_id, inbox_id, recipients, delivery, attempts + 1 as attempts, plan is not null as planned from message
      where workspace_id = ${workspaceId} and id = ${messageId} and type = 'out' and state in ('queued', 'deferred') and plan->>'heldBy' is null and coalesce(send_at, now()) <= now() + interval '1 second' for update`);
    if (!m) return; // taken back, held, or another sender has it
    const why = { code: 'not-ready' as const, values: { error: textOf(error).slice(0, 300) } };
    const rest = { state: 'deferred' as const, why };
    const { recipients, delivery: known, attempts } = m;
    const { delivery, wait, fresh } = afterTry({ recipients, known, attempts, answers: [], rest, wait: 0 });
    if (!delivery) return;
    const whole = wholeState(delivery.recipients);
    // What is planned stays so until it leaves or is given up.
    const state = whole === 'deferred' && m.planned ? 'queued' : whole;
    const reason = troubleIn(delivery.recipients) || reasonIn(why, 'en');
    await tx.run(sql`
      update message set state = ${state}, state_reason = ${reason}, delivery = ${JSON.stringify(delivery)}::jsonb, attempts = ${m.attempts}, version = version + 1,
        plan = case when ${whole} = 'deferred' then plan end, send_at = case when ${whole} = 'deferred' then now() + make_interval(secs => ${wait}) else send_at end
      where workspace_id = ${workspaceId} and id = ${messageId}`);
    if (whole === 'deferred') await deliverAt(tx, messageId, new Date(clock() + wait * 1000), m.inbox_id);
    else {
      if (m.planned) await showPlans(tx, m.conversation_id);
      await reopen(tx, m.conversation_id);
    }
    const data = {
      reason,
      why: whyOfAll(delivery.recipients),
      ...(fresh.length > 0 ? { recipients: fresh.map((r) => r.address) } : {}),
    };
    const name = `message.${whole}`;
    await emit(tx, [{ name, actor: system, conversationId: m.conversation_id, messageId, data }]);
  });
}
