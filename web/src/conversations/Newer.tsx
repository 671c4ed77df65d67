import type { Message, Person } from '@hearten/contract';
import { Dialog } from '../ui/float.tsx';
import { firstName } from '../ui/names.ts';
import { ago } from '../ui/time.ts';
import { Prose } from './Message.tsx';

type Props = {
  messages: Message[];
  people: Person[];
  customer: string;
  onClose: () => void;
  onRead: () => void;
  onAnyway: () => void;
};

/** The answer was written before something newer arrived: it is shown before anything leaves. */
export const Newer = ({ messages, people, customer, onClose, onRead, onAnyway }: Props) => {
  const last = messages.at(-1);
  const name = last
    ? firstName(
        last.type === 'in'
          ? last.from?.name || customer
          : (people.find((p) => p.id === last.authorId)?.name ?? 'A colleague'),
      )
    : 'Someone';
  return (
    <Dialog open onClose={onClose} title={`${name} wrote ${last ? ago(last.at) : 'just now'}`}>
      <p className="ink2">
        Your answer was written before {last?.type === 'in' ? 'this arrived' : 'this went out'}, and has not been sent.
        Read it first, so that the customer hears one voice.
      </p>
      {messages.slice(-3).map((m) => (
        <article key={m.id} className={`msg ${m.type === 'in' ? '' : 'ours'}`} style={{ marginInline: 0 }}>
          <Prose text={m.text.slice(0, 1200)} />
        </article>
      ))}
      <div className="feet">
        <button type="button" className="btn quiet" onClick={onAnyway}>
          Send anyway
        </button>
        <button type="button" className="btn primary" onClick={onRead}>
          Go on writing
        </button>
      </div>
    </Dialog>
  );
};
