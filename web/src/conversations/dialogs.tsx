import type { ConversationRow } from '@hearten/contract';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, Submit, useSubmit } from '../ui/form.tsx';
import { useActions } from './act.ts';

export const Rename = ({ row, onClose }: { row: ConversationRow; onClose: () => void }) => {
  const act = useActions();
  const form = useSubmit(async (data) => {
    const subject = String(data.get('subject')).trim();
    if (subject && subject !== row.subject) void act.change(row, { subject });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={t('Change the subject')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Subject')} help={t('For your team and for the next answer’s subject line.')}>
          <input className="input" name="subject" dir="auto" defaultValue={row.subject} maxLength={500} required />
        </Field>
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Change')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};
