import type { HolidayRule } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Field } from '../ui/form.tsx';
import { calendarDay, monthName, weekdayName } from '../ui/time.ts';
import { nthWords } from './words.ts';

type Kind = HolidayRule['kind'];
/** What was chosen for every kind, so that going back and forth between them loses nothing. */
export type Draft = {
  kind: Kind;
  from: string;
  to: string;
  month: number;
  day: string;
  moves: 'never' | 'monday' | 'nearest';
  nth: number;
  weekday: number;
  side: 'before' | 'after';
  church: 'western' | 'orthodox';
  days: string;
};
export const draftOf = (rule: HolidayRule | null): Draft => {
  const start: Draft = {
    kind: 'date',
    from: '',
    to: '',
    month: 1,
    day: '1',
    moves: 'never',
    nth: 1,
    weekday: 1,
    side: 'before',
    church: 'western',
    days: '1',
  };
  if (!rule) return start;
  const given: Record<string, unknown> = { ...rule };
  if ('day' in rule) given.day = String(rule.day);
  if ('days' in rule) given.days = String(rule.days);
  return { ...start, ...given };
};
/** Null while something is missing. */
export const ruleOf = (d: Draft): HolidayRule | null => {
  const day = /^\d{1,2}$/.test(d.day) ? Number(d.day) : 0;
  switch (d.kind) {
    case 'once':
      return d.from ? { kind: 'once', from: d.from, to: d.to || d.from } : null;
    case 'date':
      return day ? { kind: 'date', month: d.month, day, moves: d.moves } : null;
    case 'nth':
      return { kind: 'nth', month: d.month, weekday: d.weekday, nth: d.nth as 1 };
    case 'near':
      return day ? { kind: 'near', month: d.month, day, weekday: d.weekday, side: d.side } : null;
    case 'easter':
      return /^[-–−]?\d{1,3}$/.test(d.days)
        ? { kind: 'easter', church: d.church, days: Number(d.days.replace(/[–−]/, '-')) }
        : null;
  }
};

const kinds: [Kind, string][] = [
  ['date', t('Every year on a date')],
  ['nth', t('Every year on a weekday, as the first Monday')],
  ['near', t('Every year on a weekday before or after a date')],
  ['easter', t('Every year, so many days from Easter')],
  ['once', t('Once, a day or several')],
];
const twelve = Array.from({ length: 12 }, (_, i) => i + 1);
const seven = Array.from({ length: 7 }, (_, i) => i + 1);

type Props = { draft: Draft; change: (draft: Draft) => void; errors: Record<string, string> };
export const RuleFields = ({ draft, change, errors }: Props) => {
  const set = (part: Partial<Draft>) => change({ ...draft, ...part });
  const month = (
    <Field label={t('Month')}>
      <select className="input" value={draft.month} onChange={(e) => set({ month: Number(e.target.value) })}>
        {twelve.map((n) => (
          <option key={n} value={n}>
            {monthName(n)}
          </option>
        ))}
      </select>
    </Field>
  );
  const weekday = (
    <Field label={t('Weekday')}>
      <select className="input" value={draft.weekday} onChange={(e) => set({ weekday: Number(e.target.value) })}>
        {seven.map((n) => (
          <option key={n} value={n}>
            {weekdayName(n)}
          </option>
        ))}
      </select>
    </Field>
  );
  const day = (
    <Field label={t('Day')} error={errors['rule.day']}>
      <input
        className="input"
        inputMode="numeric"
        value={draft.day}
        onChange={(e) => set({ day: e.target.value.trim() })}
      />
    </Field>
  );
  return (
    <>
      <Field label={t('When')}>
        <select className="input" value={draft.kind} onChange={(e) => set({ kind: e.target.value as Kind })}>
          {kinds.map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      <div className="hoursrule">
        {draft.kind === 'once' ? (
          <>
            <Field label={t('First day')} error={errors['rule.from']}>
              <input
                className="input"
                type="date"
                required
                value={draft.from}
                onChange={(e) => set({ from: e.target.value })}
              />
            </Field>
            <Field label={t('Last day')} optional error={errors['rule.to']}>
              <input
                className="input"
                type="date"
                min={draft.from}
                value={draft.to}
                onChange={(e) => set({ to: e.target.value })}
              />
            </Field>
          </>
        ) : null}
        {draft.kind === 'date' ? (
          <>
            {month}
            {day}
            <Field label={t('On a weekend')}>
              <select
                className="input"
                value={draft.moves}
                onChange={(e) => set({ moves: e.target.value as Draft['moves'] })}
              >
                <option value="never">{t('It stays')}</option>
                <option value="monday">{t('It moves to Monday')}</option>
                <option value="nearest">{t('It moves to the nearest weekday')}</option>
              </select>
            </Field>
          </>
        ) : null}
        {draft.kind === 'nth' ? (
          <>
            <Field label={t('Which')}>
              <select className="input" value={draft.nth} onChange={(e) => set({ nth: Number(e.target.value) })}>
                {['1', '2', '3', '4', '5', '-1'].map((n) => (
                  <option key={n} value={n}>
                    {nthWords[n]}
                  </option>
                ))}
              </select>
            </Field>
            {weekday}
            {month}
          </>
        ) : null}
        {draft.kind === 'near' ? (
          <>
            {weekday}
            <Field label={t('Side')}>
              <select
                className="input"
                value={draft.side}
                onChange={(e) => set({ side: e.target.value as Draft['side'] })}
              >
                <option value="before">{t('on or before')}</option>
                <option value="after">{t('on or after')}</option>
              </select>
            </Field>
            {day}
            {month}
          </>
        ) : null}
        {draft.kind === 'easter' ? (
          <>
            <Field label={t('Days after Easter Sunday')} help={t('Good Friday is -2.')} error={errors['rule.days']}>
              <input
                className="input"
                dir="ltr"
                value={draft.days}
                onChange={(e) => set({ days: e.target.value.trim() })}
              />
            </Field>
            <Field label={t('Easter of')}>
              <select
                className="input"
                value={draft.church}
                onChange={(e) => set({ church: e.target.value as Draft['church'] })}
              >
                <option value="western">{t('Western churches')}</option>
                <option value="orthodox">{t('Orthodox churches')}</option>
              </select>
            </Field>
          </>
        ) : null}
      </div>
      <NextDates rule={ruleOf(draft)} />
    </>
  );
};

/** The server's own reckoning, before anything is kept. */
const NextDates = ({ rule }: { rule: HolidayRule | null }) => {
  const dates = useQuery({
    queryKey: ['hours', 'dates', JSON.stringify(rule)],
    queryFn: () => api('POST /hours/dates', { body: { rule: rule as HolidayRule } }),
    enabled: rule !== null,
    retry: false,
    placeholderData: (former) => former,
  });
  if (!rule || !dates.data || dates.isError) return null;
  return (
    <p className="help" role="status">
      {dates.data.dates.length
        ? t('Next: {dates}', { dates: dates.data.dates.map(calendarDay).join(' · ') })
        : t('No such day is to come.')}
    </p>
  );
};
