import type { HoursInterval, HoursWeek, Schedule } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Copy, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Item, Menu } from '../ui/float.tsx';
import { useSaved } from '../ui/saved.tsx';
import { weekdayName } from '../ui/time.ts';
import { Bar } from './Bar.tsx';
import { clockOf, faultOf, minutesOf, roomIn } from './clock.ts';
import { shownNow } from './data.ts';

const DAY = 1440;

/** One end of hours, typed: kept when one leaves it or presses Enter; Escape puts back what was. */
const Time = ({
  value,
  label,
  give,
  wrong,
}: {
  value: number;
  label: string;
  give: (text: string) => void;
  wrong: boolean;
}) => {
  const [typed, setTyped] = useState<string | null>(null);
  const leave = () => {
    if (typed !== null && typed !== clockOf(value)) give(typed);
    setTyped(null);
  };
  return (
    <input
      className="input"
      dir="ltr"
      aria-label={label}
      aria-invalid={wrong || undefined}
      value={typed ?? clockOf(value)}
      onChange={(e) => setTyped(e.target.value)}
      onBlur={leave}
      onKeyDown={(e) => {
        if (e.key === 'Enter') leave();
        if (e.key === 'Escape') setTyped(null);
      }}
    />
  );
};

type Row = {
  day: number;
  week: HoursWeek;
  disabled: boolean;
  keep: (day: number, open: HoursInterval[]) => Promise<boolean>;
  copy: (day: number, to: readonly number[]) => void;
};
const Day = ({ day, week, disabled, keep, copy }: Row) => {
  const saved = week[day] as HoursInterval[];
  const [draft, setDraft] = useState<HoursInterval[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [backwards, setBackwards] = useState<{ i: number; to: number } | null>(null);
  const later = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(later.current), []);
  const open = draft ?? saved;
  const name = weekdayName(day + 1);
  const before = Math.max(0, ((week[(day + 6) % 7] as HoursInterval[]).at(-1)?.[1] ?? 0) - DAY);
  const drop = () => {
    setDraft(null);
    setFault(null);
    setBackwards(null);
  };
  const give = async (next: HoursInterval[]) => {
    setBackwards(null);
    const sorted = [...next].sort((a, b) => a[0] - b[0]);
    const trouble = faultOf(sorted, week[(day + 1) % 7] as HoursInterval[]);
    if (trouble) {
      setDraft(next);
      setFault(
        trouble === 'overlap'
          ? t('These hours overlap. Nothing was changed yet.')
          : t('They run into the hours of the next day. Nothing was changed yet.'),
      );
      return;
    }
    setFault(null);
    setDraft(sorted);
    // What the server refuses is said below the week, and the day stands as it was.
    await keep(day, sorted);
    setDraft(null);
  };
  /** Several presses of a key are one change. */
  const soon = (next: HoursInterval[]) => {
    setDraft(next);
    clearTimeout(later.current);
    later.current = setTimeout(() => void give(next), 600);
  };
  const type = (i: number, end: 0 | 1, text: string) => {
    const minutes = minutesOf(text);
    if (minutes === null || (end === 0 && minutes === DAY)) {
      setFault(t('“{text}” is not a time, as 9:00 or 17:30 is. Nothing was changed.', { text }));
      return;
    }
    const one = open[i] as HoursInterval;
    const next = end === 0 ? [minutes, one[1]] : [one[0], minutes];
    const [from, to] = next as HoursInterval;
    if (to <= from) {
      setDraft(open.map((other, n): HoursInterval => (n === i ? [from, to] : other)));
      setBackwards({ i, to: to + DAY });
      setFault(t('It ends before it begins. Nothing was changed yet.'));
      return;
    }
    const kept: HoursInterval = to - from > DAY ? [from, to - DAY] : [from, to];
    void give(open.map((other, n) => (n === i ? kept : other)));
  };
  const room = roomIn(open);
  return (
    <li className="hoursday">
      <span className="medium" id={`day-${day}`}>
        {name}
      </span>
      <Bar day={day} open={open} before={before} disabled={disabled} draft={setDraft} keep={soon} drop={drop} />
      {disabled ? null : (
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              className="btn quiet icon sm"
              aria-label={t('Copy {day} to other days', { day: name })}
            >
              <Copy className="i s14" />
            </button>
          }
        >
          <Item run={() => copy(day, [0, 1, 2, 3, 4])}>{t('Copy to Monday to Friday')}</Item>
          <Item run={() => copy(day, [0, 1, 2, 3, 4, 5, 6])}>{t('Copy to every day')}</Item>
          <Item run={() => copy(day, [(day + 1) % 7])}>
            {t('Copy to {day}', { day: weekdayName(((day + 1) % 7) + 1) })}
          </Item>
        </Menu>
      )}
      <div className="edit">
        {open.length === 0 ? <span className="ink3">{t('Closed all day')}</span> : null}
        {open.map(([from, to], i) => (
          <fieldset className="times" key={`${i}-${open.length}`} disabled={disabled}>
            <legend className="sr">{t('{day}, hours {n}', { day: name, n: i + 1 })}</legend>
            <Time value={from} label={t('Opens at')} give={(text) => type(i, 0, text)} wrong={fault !== null} />
            <span aria-hidden="true">–</span>
            <Time value={to} label={t('Closes at')} give={(text) => type(i, 1, text)} wrong={fault !== null} />
            {to > DAY ? <span className="chip">{t('next day')}</span> : null}
            <button
              type="button"
              className="btn quiet icon sm"
              aria-label={t('Remove these hours')}
              onClick={() => void give(open.filter((_, n) => n !== i))}
            >
              <X className="i s14" />
            </button>
          </fieldset>
        ))}
        {disabled || !room ? null : (
          <button
            type="button"
            className="btn quiet sm"
            aria-describedby={`day-${day}`}
            onClick={() => void give([...open, room])}
          >
            <Plus className="i s14" /> {t('Add hours')}
          </button>
        )}
      </div>
      {fault ? (
        <span className="help err row wraps" role="alert">
          <CircleAlert className="i s13" />
          {fault}
          {backwards ? (
            <button
              type="button"
              className="btn sm"
              onClick={() =>
                void give(open.map((one, n): HoursInterval => (n === backwards.i ? [one[0], backwards.to] : one)))
              }
            >
              {t('It ends the next day')}
            </button>
          ) : null}
          {draft ? (
            <button type="button" className="btn quiet sm" onClick={drop}>
              {t('Back to what it was')}
            </button>
          ) : null}
        </span>
      ) : null}
    </li>
  );
};

/** The week, a bar a day; each change is kept at once, with the way back. */
export const Week = ({ schedule, disabled }: { schedule: Schedule; disabled: boolean }) => {
  const client = useQueryClient();
  const week = schedule.week as HoursWeek;
  const saved = useSaved<HoursWeek>({
    label: t('Hours'),
    value: week,
    save: async (next) =>
      shownNow(client, await api('PATCH /hours/:id', { params: { id: schedule.id }, body: { week: next } })),
  });
  return (
    <div className="card pad saved">
      <h2>{t('The week')}</h2>
      <div className="hoursscale" aria-hidden="true">
        {[0, 360, 720, 1080, 1440].map((at) => (
          <span key={at}>{at === 1440 ? '24' : String(at / 60)}</span>
        ))}
      </div>
      <ol className="hoursweek">
        {week.map((_, day) => (
          <Day
            key={day}
            day={day}
            week={week}
            disabled={disabled}
            keep={(at, open) => saved.keep(week.map((one, n) => (n === at ? open : one)))}
            copy={(from, to) =>
              void saved.keep(week.map((one, n) => (to.includes(n) ? (week[from] as HoursInterval[]) : one)))
            }
          />
        ))}
      </ol>
      {saved.error ? (
        <span className="help err" role="alert">
          {saved.error}
        </span>
      ) : null}
    </div>
  );
};
