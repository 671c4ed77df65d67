import type { EventRow } from '../base/events.ts';
import { snippetOf } from '../conversations/index.ts';

/** What became of an answer that did not reach everyone it was meant for: to whom, and why, in words. */
export function notDelivered(
  event: Pick<EventRow, 'name' | 'data'>,
  home: { customer_name: string; customer_address: string },
  mine: boolean,
): string {
  const { recipients, kind, hard, reason } = event.data as {
    recipients?: string[];
    kind?: string;
    hard?: boolean;
    reason?: string | null;
  };
  const same = (address: string): boolean => address.toLowerCase() === home.customer_address.toLowerCase();
  const others = recipients?.length && !recipients.some(same) ? recipients.join(', ') : '';
  const answer = `${mine ? 'Your' : 'The'} answer to ${others || home.customer_name || home.customer_address}`;
  if (kind === 'complaint') return `${answer} was marked as spam by its recipient.`;
  if (event.name === 'message.unknown')
    return `${answer} may not have arrived: nobody knows whether it left. Look before you send it again.`;
  const what = hard === false ? 'did not arrive yet and is still tried' : 'did not arrive';
  return snippetOf(`${answer} ${what}${reason ? `: ${reason}` : '.'}`);
}
