import type { Holiday, Schedule } from '@hearten/contract';
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
import { draftOf, RuleFields, ruleOf } from './Rule.tsx';
import { ruleInWords } from './words.ts';

type Given = Pick<Holiday, 'name' | 'rule' | 'open'>;
const Edit = ({ schedule, holiday, onClose }: { schedule: Schedule; holiday: Holiday | null; onClose: () => void }) => {
  const client = useQueryClient();
  const [draft, setDraft] = useState(draftOf(holiday?.rule ?? null));
  const [wrong, setWrong] = useState<string>();
  const params = { id: schedule.id, holidayId: holiday?.id ?? '' };
  const keep = (body: Given) => api('PATCH /hours/:id/holidays/:holidayId', { params, body });
  const form = useSubmit(async (data) => {
    const rule = ruleOf(draft);
    const typed = String(data.get('open')).trim();
    const open = typed ? intervalsOf(typed) : [];
    setWrong(open ? undefined : t('These are no hours, as 9–12, 13–17 are.'));
    if (!open) return;
    if (!rule) throw new Error(t('The date is missing. Nothing was changed.'));
    const given: Given = { name: String(data.get('name')).trim(), rule, open };
    const kept = holiday
      ? await keep(given)
      : await api('POST /hours/:id/holidays', { params: { id: schedule.id }, body: given });
    await shownNow(client, kept);
    onClose();
    if (holiday)
      tell(t('Saved: {what}', { what: given.name }), {
        label: t('Undo'),
        run: () =>
          void keep({ name: holiday.name, rule: holiday.rule, open: holiday.open }).then(
            (back) => shownNow(client, back),
            tellProblem,
          ),
      });
  });
  return (
    <Dialog open onClose={onClose} title={holiday ? t('Change a holiday') : t('New holiday')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Name')} error={form.fields.name} help={t('Customers may read it: Closed for Labour Day.')}>
          <input className="input" name="name" dir="auto" required maxLength={120} defaultValue={holiday?.name ?? ''} />
        </Field>
        <RuleFields draft={draft} change={setDraft} errors={form.fields} />
        <Field
          label={t('Open all the same')}
          optional
          error={wrong ?? form.fields.open}
          help={t('Left empty it is closed. Several: 9–12, 13–17.')}
        >
          <input
            className="input"
            name="open"
            dir="ltr"
            autoComplete="off"
            defaultValue={intervalsIn(holiday?.open ?? [])}
          />
        </Field>
        <FormError error={form.error} fields={['name', 'open', 'rule.day', 'rule.days', 'rule.from', 'rule.to']} />
        <Feet busy={form.busy} onClose={onClose}>
          {holiday ? t('Save') : t('Add')}
        </Feet>
      </form>
    </Dialog>
  );
};

/** Days that come back each year or come once, those to come first, with their next dates as the server reckons them. */
export const Holidays = ({ schedule, disabled }: { schedule: Schedule; disabled: boolean }) => {
  const client = useQueryClient();
  const [editing, setEditing] = useState<Holiday | 'new' | null>(null);
  const remove = async (one: Holiday) => {
    try {
      const params = { id: schedule.id, holidayId: one.id };
      await shownNow(client, await api('DELETE /hours/:id/holidays/:holidayId', { params }));
      tell(t('Removed: {what}', { what: one.name }), {
        label: t('Undo'),
        run: () =>
          void api('POST /hours/:id/holidays', {
            params: { id: schedule.id },
            body: { name: one.name, rule: one.rule, open: one.open },
          }).then((back) => shownNow(client, back), tellProblem),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="card pad">
      <div className="row">
        <h2 className="grow">{t('Holidays')}</h2>
        {disabled ? null : (
          <button type="button" className="btn sm" onClick={() => setEditing('new')}>
            <Plus className="i s14" /> {t('Add a holiday')}
          </button>
        )}
      </div>
      {schedule.holidays.length === 0 ? (
        <p className="help">{t('None yet. Public holidays come easiest from a calendar, below.')}</p>
      ) : (
        <ul className="hourslist">
          {schedule.holidays.map((one) => (
            <li key={one.id}>
              <span className="grow">
                <bdi className="medium">{one.name}</bdi>
                <span className="xs ink2">
                  {[ruleInWords(one.rule), one.open.length ? t('open {hours}', { hours: intervalsIn(one.open) }) : '']
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <span className="xs ink3">
                  {one.next.length
                    ? t('Next: {dates}', { dates: one.next.map(calendarDay).join(' · ') })
                    : t('It is over.')}
                </span>
              </span>
              {disabled ? null : (
                <RowTools name={one.name} edit={() => setEditing(one)} remove={() => void remove(one)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {editing ? (
        <Edit schedule={schedule} holiday={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      ) : null}
    </div>
  );
};
