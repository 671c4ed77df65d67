import type { Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import {
  Ban,
  CalendarClock,
  Check,
  ChevronDown,
  CircleAlert,
  CircleHelp,
  CirclePause,
  Clock,
  type LucideIcon,
  Send,
} from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay, useMe } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { show } from './act.ts';
import { type Again, DeliveryDetails } from './DeliveryDetails.tsx';
import { hasDetails, lineOf } from './delivery.ts';
import { PlanActions } from './PlanActions.tsx';

const icons: Record<NonNullable<Message['state']>, LucideIcon> = {
  scheduled: CalendarClock,
  held: CirclePause,
  queued: Clock,
  sending: Send,
  sent: Check,
  deferred: Clock,
  failed: CircleAlert,
  unknown: CircleHelp,
  bounced: CircleAlert,
  cancelled: Ban,
  kept: CirclePause,
};
const againWords: Partial<Record<NonNullable<Message['state']>, string>> = {
  deferred: t('Try now'),
  failed: t('Send again'),
  unknown: t('Send again (same Message-ID)'),
  bounced: t('Send again'),
};

/** Where our message is on its way: one quiet line when all is well, and all there is to know when it is not. */
export const Delivery = ({ message, opened }: { message: Message; opened: Opened | undefined }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const may = useMay()('conversation.write');
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<boolean | null>(null);
  if (message.state === null) return null;
  const line =
    opened?.conversation.channel === 'chat' && (message.state === 'queued' || message.state === 'sent')
      ? {
          tone: '' as const,
          text:
            (message.delivery?.recipients[0]?.why && reasonWords(message.delivery.recipients[0])) || t('In the chat'),
        }
      : lineOf(message);
  const Icon = icons[message.state];
  const more = hasDetails(message);
  // What needs a person stands open; the rest is one click away.
  const open =
    asked ?? (message.state === 'unknown' || (line.tone !== '' && (message.delivery?.recipients.length ?? 0) > 1));
  const changed = (next: Message) => {
    if (opened) show(client, me, opened.conversation, [next]);
  };
  const run = async (work: () => Promise<{ message: Message }>, text: string) => {
    setBusy(true);
    try {
      changed((await work()).message);
      tell(text);
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const params = { id: message.id };
  const again: Again = async (to) => {
    if (to?.instead === undefined)
      return run(() => api('POST /messages/:id/retry', { params, body: to ?? {} }), t('Sending again'));
    // In a form, what is wrong is said there.
    changed((await api('POST /messages/:id/retry', { params, body: to })).message);
    tell(t('Sending again, to {instead}', { instead: to.instead }));
  };
  const label = againWords[message.state];
  return (
    <div className={`deliv ${line.tone}`}>
      <Icon className="i s14" />
      <span>{line.text}</span>
      {(may && label) || more ? (
        <span className="ways">
          {may && label ? (
            <button type="button" className="btn link" disabled={busy} onClick={() => void again()}>
              {label}
            </button>
          ) : null}
          {may && message.state === 'unknown' ? (
            <button
              type="button"
              className="btn link"
              disabled={busy}
              onClick={() => void run(() => api('POST /messages/:id/arrived', { params }), t('Noted: it arrived'))}
            >
              {t('It arrived')}
            </button>
          ) : null}
          {more ? (
            <button type="button" className="btn link" aria-expanded={open} onClick={() => setAsked(!open)}>
              {open ? t('Less') : t('Details')}
              <ChevronDown className={`i s13 chev${open ? ' up' : ''}`} />
            </button>
          ) : null}
        </span>
      ) : null}
      {more && open ? <DeliveryDetails message={message} again={again} may={may} /> : null}
      {message.plan && may ? <PlanActions message={message} /> : null}
    </div>
  );
};
