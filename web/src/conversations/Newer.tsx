import type { Message, Person } from '@hearten/contract';
import { t } from '../language/index.ts';
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
          : (people.find((p) => p.id === last.authorId)?.name ?? t('A colleague')),
      )
    : t('Someone');
  return (
    <Dialog
      open
      onClose={onClose}
      title={last ? t('{name} wrote {when}', { name, when: ago(last.at) }) : t('{name} wrote just now', { name })}
    >
      <p className="ink2">
        {last?.type === 'in'
          ? t(
              'Your answer was written before this arrived, and has not been sent. Read it first, so that the customer hears one voice.',
            )
          : t(
              'Your answer was written before this went out, and has not been sent. Read it first, so that the customer hears one voice.',
            )}
      </p>
      {messages.slice(-3).map((m) => (
        <article key={m.id} className={`msg ${m.type === 'in' ? '' : 'ours'}`} style={{ marginInline: 0 }}>
          <Prose text={m.text.slice(0, 1200)} />
        </article>
      ))}
      <div className="feet">
        <button type="button" className="btn quiet" onClick={onAnyway}>
          {t('Send anyway')}
        </button>
        <button type="button" className="btn primary" onClick={onRead}>
          {t('Go on writing')}
        </button>
      </div>
    </Dialog>
  );
};
