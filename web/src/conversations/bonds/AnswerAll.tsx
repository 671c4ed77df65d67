import type { ConversationRow } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { Check, FormError, Submit, useSubmit } from '../../ui/form.tsx';
import { tell, tellProblem } from '../../ui/toast.tsx';
import { show } from '../act.ts';
import { LetterField } from '../compose/LetterField.tsx';
import { blank, leftAt } from '../compose/left.ts';
import { useLetter } from '../compose/useLetter.ts';
import { sendsByKeys } from '../sendsByKeys.ts';

/** The same words to the customer of each child that is still open: "it works again". Each gets a mail of their own. */
export const AnswerAll = ({ rows, onClose }: { rows: ConversationRow[]; onClose: () => void }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const place = `${me} answer all ${rows.map((row) => row.id).join(' ')}`;
  const [before] = useState(() => leftAt(place));
  const letter = useLetter({ place, begun: before?.letter ?? blank });
  const [resolve, setResolve] = useState(true);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const left = rows.filter((row) => !done.has(row.id));
  const back = async (sent: string[]): Promise<void> => {
    try {
      for (const id of sent) {
        const { conversation } = await api('POST /messages/:id/undo', { params: { id } });
        show(client, me, conversation, [], [id]);
      }
    } catch (error) {
      tellProblem(error);
    }
  };
  const form = useSubmit(async () => {
    const body = letter.body();
    const sent: string[] = [];
    // One after the other; whoever has it already does not get it again when the rest is tried once more.
    try {
      for (const row of left) {
        const { conversation, message } = await api('POST /conversations/:id/replies', {
          params: { id: row.id },
          body: { ...body, after: resolve ? 'resolved' : 'waiting' },
        });
        show(client, me, conversation, [message]);
        sent.push(message.id);
        setDone((was) => new Set([...was, row.id]));
      }
    } finally {
      if (sent.length > 0)
        tell(
          t('{n, plural, one {# answer leaves in a moment} other {# answers leave in a moment}}', { n: sent.length }),
          {
            label: t('Undo'),
            run: () => void back(sent),
          },
        );
    }
    letter.sent();
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('{n, plural, one {Answer the child that is open} other {Answer # children that are open}}', {
        n: rows.length,
      })}
      wide
    >
      <form className="form" onSubmit={(e) => void form.submit(e)} onKeyDown={sendsByKeys}>
        <div className="field">
          <LetterField
            letter={letter}
            label={t('Your answer')}
            placeholder={t('Write what you want to say')}
            opened={null}
            busy={form.busy}
          />
          <span className="help">
            {t('Each customer gets it as an answer in their own conversation, and nobody sees the others.')}
          </span>
        </div>
        <Check label={t('Resolve them with it')} checked={resolve} onChange={setResolve} />
        <FormError error={form.error} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>
            {t('Send {n, plural, one {# answer} other {# answers}}', { n: left.length })}
          </Submit>
        </div>
      </form>
    </Dialog>
  );
};
