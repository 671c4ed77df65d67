import { isReason } from '@hearten/contract';
import type { EventRow } from '../base/events.ts';
import { said } from '../base/reasons.ts';
import { type Said, say } from '../base/words.ts';
import { snippetOf } from '../conversations/index.ts';

/** What became of an answer that did not reach everyone it was meant for: to whom, and why, in words. */
export function notDelivered(
  event: Pick<EventRow, 'name' | 'data'>,
  home: { customer_name: string; customer_address: string },
  mine: boolean,
): Said {
  const { recipients, kind, hard, reason, why } = event.data as {
    recipients?: string[];
    kind?: string;
    hard?: boolean;
    reason?: string | null;
    why?: unknown;
  };
  const same = (address: string): boolean => address.toLowerCase() === home.customer_address.toLowerCase();
  const others = recipients?.length && !recipients.some(same) ? recipients.join(', ') : '';
  const values = {
    mine: mine ? 'yes' : 'no',
    to: others || home.customer_name || home.customer_address,
    reason: isReason(why) ? said(why) : snippetOf(reason ?? ''),
  };
  if (kind === 'complaint')
    return say(
      '{mine, select, yes {Your answer} other {The answer}} to {to} was marked as spam by its recipient.',
      values,
    );
  if (event.name === 'message.unknown')
    return say(
      '{mine, select, yes {Your answer} other {The answer}} to {to} may not have arrived: nobody knows whether it left. Look before you send it again.',
      values,
    );
  if (hard === false)
    return reason
      ? say(
          '{mine, select, yes {Your answer} other {The answer}} to {to} did not arrive yet and is still tried: {reason}',
          values,
        )
      : say(
          '{mine, select, yes {Your answer} other {The answer}} to {to} did not arrive yet and is still tried.',
          values,
        );
  return reason
    ? say('{mine, select, yes {Your answer} other {The answer}} to {to} did not arrive: {reason}', values)
    : say('{mine, select, yes {Your answer} other {The answer}} to {to} did not arrive.', values);
}
