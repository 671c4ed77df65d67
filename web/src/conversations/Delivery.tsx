import type { Message } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, Check, CircleAlert, CircleHelp, Clock, type LucideIcon, Send } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { useMay } from '../me.ts';
import { said } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const states: Record<
  NonNullable<Message['state']>,
  { icon: LucideIcon; tone: string; text: (m: Message) => string; again?: string }
> = {
  queued: {
    icon: Clock,
    tone: '',
    text: (m) =>
      m.sendAt && Date.parse(m.sendAt) > Date.now() + 90_000 ? `Leaves ${said(m.sendAt)}` : 'About to leave',
  },
  sending: { icon: Send, tone: '', text: () => 'Leaving' },
  sent: { icon: Check, tone: '', text: () => 'Handed to the mail server' },
  deferred: { icon: Clock, tone: 'doubt', text: () => 'Not taken yet; trying again by itself', again: 'Try now' },
  failed: { icon: CircleAlert, tone: 'bad', text: () => 'Not delivered', again: 'Try again' },
  unknown: {
    icon: CircleHelp,
    tone: 'doubt',
    text: () => 'The connection broke while sending: it may or may not have arrived',
    again: 'Send again',
  },
  bounced: { icon: CircleAlert, tone: 'bad', text: () => 'Came back undelivered', again: 'Try again' },
  cancelled: { icon: Ban, tone: '', text: () => 'Taken back, never sent' },
};

/** Where our message is on its way, why, and what can be done about it. */
export const Delivery = ({ message }: { message: Message }) => {
  const client = useQueryClient();
  const may = useMay();
  const [busy, setBusy] = useState(false);
  if (message.state === null) return null;
  const state = states[message.state];
  const again = async () => {
    setBusy(true);
    try {
      await api('POST /messages/:id/retry', { params: { id: message.id } });
      tell('Sending again');
      void client.invalidateQueries({ queryKey: ['conversation'] });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={`deliv ${state.tone}`}>
      <state.icon className="i s14" />
      <span>
        {state.text(message)}
        {message.stateReason && state.tone ? `: ${message.stateReason}` : ''}
        {state.again && may('conversation.write') ? (
          <>
            {' '}
            <button type="button" className="btn link" disabled={busy} onClick={() => void again()}>
              {state.again}
            </button>
          </>
        ) : null}
      </span>
    </div>
  );
};
