import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../language/index.ts';
import { useMay } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../../ui/form.tsx';
import { useActions } from '../act.ts';
import { closeBond } from '../bond.ts';
import { peopleQuery, teamsQuery } from '../data.ts';

/** A piece of the matter that goes its own way: what is to be done, and by whom. */
export const Child = ({ row }: { row: ConversationRow }) => {
  const act = useActions();
  const may = useMay()('people.read');
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: may });
  const { data: teams = [] } = useQuery({ ...teamsQuery, enabled: may });
  const form = useSubmit(async (data) => {
    const given = (name: string) => String(data.get(name) ?? '').trim();
    const [kind, id] = given('whose').split(':');
    await act.beginChild(row, {
      subject: given('subject'),
      note: given('note'),
      assigneeId: kind === 'person' && id ? id : null,
      teamId: kind === 'team' && id ? id : null,
    });
    closeBond();
  });
  return (
    <Dialog open onClose={closeBond} title={t('A child of #{number}', { number: row.number })} wide>
      <form
        className="form"
        onSubmit={(e) => void form.submit(e)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
          e.preventDefault();
          e.currentTarget.requestSubmit();
        }}
      >
        <Field label={t('Subject')} error={form.fields.subject}>
          <input
            className="input"
            name="subject"
            dir="auto"
            required
            maxLength={500}
            placeholder={t('Send a new bulb')}
          />
        </Field>
        <Field label={t('What is to be done')} optional help={t('A note: only your team reads it.')}>
          <textarea className="input" name="note" rows={4} dir="auto" />
        </Field>
        <Field label={t('Who does it')}>
          <select className="input" name="whose">
            <option value="">{t('Nobody yet')}</option>
            <optgroup label={t('Teams')}>
              {teams.map((one) => (
                <option key={one.id} value={`team:${one.id}`}>
                  {one.name}
                </option>
              ))}
            </optgroup>
            <optgroup label={t('People')}>
              {people
                .filter((one) => one.active)
                .map((one) => (
                  <option key={one.id} value={`person:${one.id}`}>
                    {one.name}
                  </option>
                ))}
            </optgroup>
          </select>
        </Field>
        <p className="xs ink3">
          {t('A conversation with the same customer, who hears nothing of it until somebody writes to them there.')}
        </p>
        <FormError error={form.error} fields={['subject']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={closeBond}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Begin')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};
