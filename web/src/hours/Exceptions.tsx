import type { HoursException, Schedule } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { RowTools } from '../ui/RowTools.tsx';
import { calendarDay } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { intervalsIn, intervalsOf } from './clock.ts';
import { shownNow } from './data.ts';

type Props = { schedule: Schedule; one: HoursException | null; onClose: () => void };
const Edit = ({ schedule, one, onClose }: Props) => {
  const client = useQueryClient();
  const [wrong, setWrong] = useState<string>();
  const form = useSubmit(async (data) => {
    const date = one?.date ?? String(data.get('date'));
    const typed = String(data.get('open')).trim();
    const open = typed ? intervalsOf(typed) : [];
    setWrong(open ? undefined : t('These are no hours, as 9–12, 13–17 are.'));
    if (!open) return;
    const body = { name: String(data.get('name')).trim(), open };
    await shownNow(client, await api('PUT /hours/:id/exceptions/:date', { params: { id: schedule.id, date }, body }));
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={one ? calendarDay(one.date) : t('Other hours on one date')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        {one ? null : (
          <Field label={t('Date')} error={form.fields.date}>
            <input className="input" name="date" type="date" required min="1970-01-01" max="2299-12-31" />
          </Field>
        )}
        <Field
          label={t('Hours')}
          optional
          error={wrong ?? form.fields.open}
          help={t('Left empty it is closed. Several: 9–12, 13–17.')}
        >
          <input
            className="input"
            name="open"
            dir="ltr"
            autoComplete="off"
            defaultValue={intervalsIn(one?.open ?? [])}
          />
        </Field>
        <Field label={t('Name')} optional error={form.fields.name}>
          <input className="input" name="name" dir="auto" maxLength={120} defaultValue={one?.name ?? ''} />
        </Field>
        <FormError error={form.error} fields={['date', 'open', 'name']} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Save')}
        </Feet>
      </form>
    </Dialog>
  );
};

/** Single dates that are as no rule says. What is over is not shown. */
export const Exceptions = ({ schedule, disabled }: { schedule: Schedule; disabled: boolean }) => {
  const client = useQueryClient();
  const [editing, setEditing] = useState<HoursException | 'new' | null>(null);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const coming = schedule.exceptions.filter(({ date }) => date >= yesterday);
  const remove = async ({ date, name, open }: HoursException) => {
    try {
      const params = { id: schedule.id, date };
      await shownNow(client, await api('DELETE /hours/:id/exceptions/:date', { params }));
      tell(t('Removed: {what}', { what: calendarDay(date) }), {
        label: t('Undo'),
        run: () =>
          void api('PUT /hours/:id/exceptions/:date', { params, body: { name, open } }).then(
            (back) => shownNow(client, back),
            tellProblem,
          ),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="card pad">
      <div className="row">
        <h2 className="grow">{t('Other hours on one date')}</h2>
        {disabled ? null : (
          <button type="button" className="btn sm" onClick={() => setEditing('new')}>
            <Plus className="i s14" /> {t('Add a date')}
          </button>
        )}
      </div>
      {coming.length === 0 ? (
        <p className="help">
          {t('They come before holidays and calendars: a late evening, an outing, a Sunday in the sales.')}
        </p>
      ) : (
        <ul className="hourslist">
          {coming.map((one) => (
            <li key={one.date}>
              <span className="grow">
                <span className="medium">{calendarDay(one.date)}</span>
                <span className="xs ink2">
                  {one.open.length ? intervalsIn(one.open) : t('Closed all day')}
                  {one.name ? ' · ' : ''}
                  <bdi>{one.name}</bdi>
                </span>
              </span>
              {disabled ? null : (
                <RowTools name={calendarDay(one.date)} edit={() => setEditing(one)} remove={() => void remove(one)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {editing ? (
        <Edit schedule={schedule} one={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      ) : null}
    </div>
  );
};
