import type { Webhook, WebhookDelivery, WebhookType } from '@hearten/contract';
import { CircleAlert, CircleCheck, CircleDashed, CirclePause, type LucideIcon } from 'lucide-react';
import { t } from '../language/index.ts';

export const types: Record<WebhookType, string> = {
  'message.received': t('A message came in'),
  'message.sent': t('An answer was sent'),
  'message.failed': t('An answer was not delivered'),
  'note.added': t('A note was written (without its words)'),
  'conversation.created': t('A conversation began'),
  'conversation.assigned': t('Assigned to somebody else'),
  'conversation.status_changed': t('Another status'),
  'conversation.tagged': t('Tags changed'),
  'conversation.changed': t('Subject or priority changed'),
  'conversation.moved': t('Moved to another folder'),
  'conversation.merged': t('Merged with another'),
  'conversation.deleted': t('Deleted for good'),
  'customer.changed': t('A customer changed'),
  'customer.merged': t('Two customers became one'),
};
export const typeNames = Object.keys(types) as WebhookType[];

type Look = { icon: LucideIcon; tone: string; label: string };
export const stateOf = (one: Webhook): Look =>
  one.disabled
    ? { icon: CircleAlert, tone: 'breach', label: t('Switched off by Hearten') }
    : !one.active
      ? { icon: CirclePause, tone: '', label: t('Off') }
      : one.failingSince || one.lastState === 'failed'
        ? { icon: CircleAlert, tone: 'risk', label: t('Failing') }
        : one.lastState === 'delivered'
          ? { icon: CircleCheck, tone: 'ok', label: t('Working') }
          : { icon: CircleDashed, tone: '', label: t('New') };

export const deliveryState: Record<WebhookDelivery['state'], Look> = {
  delivered: { icon: CircleCheck, tone: 'ok', label: t('Delivered') },
  waiting: { icon: CircleDashed, tone: 'risk', label: t('Waiting') },
  sending: { icon: CircleDashed, tone: '', label: t('On its way') },
  failed: { icon: CircleAlert, tone: 'breach', label: t('Failed') },
};

const errors: Record<string, string> = {
  timeout: t('No answer within 20 seconds'),
  'no-name': t('There is no such host'),
  inward: t('The address leads into the own network, which is not allowed (OUTBOUND_ALLOW)'),
  refused: t('Nothing listens there'),
  reset: t('The connection broke'),
  unreachable: t('There is no way there'),
  'not-http': t('What answered does not speak HTTP'),
  'broken-off': t('Broken off when Hearten stopped; sent again under the same id'),
};
/** What came of a try, in a few words. */
export const outcome = ({ status, error }: { status: number | null; error: string }): string =>
  status !== null
    ? t('Answered {status}', { status })
    : error.startsWith('tls: ')
      ? t('Its certificate is not valid: {code}', { code: error.slice(5) })
      : (errors[error] ?? error);
