import type { ConversationRow } from '@hearten/contract';
import { Check, Ellipsis, Moon, X } from 'lucide-react';
import { t } from '../language/index.ts';
import type { Side } from './useSwipe.ts';

type Props = { row: ConversationRow; open: boolean; setOpen: (id: string | null) => void; run: (side: Side) => void };

/** On a phone: what a swipe does, as buttons. */
export const RowButtons = ({ row, open, setOpen, run }: Props) => {
  const of = { number: row.number };
  const doing = (side: Side) => () => {
    setOpen(null);
    run(side);
  };
  return open ? (
    <fieldset className="rowdo plainset" aria-label={t('With #{number}', of)}>
      <button type="button" className="btn primary" onClick={doing('done')}>
        <Check className="i" /> {row.status === 'resolved' ? t('Reopen') : t('Resolve')}
      </button>
      <button type="button" className="btn" onClick={doing('snooze')}>
        <Moon className="i" /> {t('Until tomorrow')}
      </button>
      <button type="button" className="btn quiet icon" aria-label={t('Close')} onClick={() => setOpen(null)}>
        <X className="i" />
      </button>
    </fieldset>
  ) : (
    <button
      type="button"
      className="btn quiet icon rowmore"
      aria-label={t('Resolve or snooze #{number}', of)}
      onClick={() => setOpen(row.id)}
    >
      <Ellipsis className="i" />
    </button>
  );
};
