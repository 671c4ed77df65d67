import type { ConversationRow } from '@hearten/contract';
import { Trash2, Undo2 } from 'lucide-react';
import { t } from '../language/index.ts';
import { useActions } from './act.ts';

/** In place of the composer: nothing is sent from the trash, so nobody writes an answer there that is refused in the end. */
export const PutBack = ({ row }: { row: ConversationRow }) => {
  const act = useActions();
  return (
    <section className="composer put-back" aria-label={t('This conversation is in the trash')}>
      <Trash2 className="i s14" aria-hidden="true" />
      <span>{t('This conversation is in the trash. Nothing is sent from here.')}</span>
      <button type="button" className="btn sm" onClick={() => void act.folder(row, 'inbox')}>
        <Undo2 className="i s14 flip" /> {t('Put it back to answer')}
      </button>
    </section>
  );
};
