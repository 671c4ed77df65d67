import type { HoursInterval } from '@hearten/contract';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { t } from '../language/index.ts';
import { weekdayName } from '../ui/time.ts';
import { clockOf } from './clock.ts';

const DAY = 1440;
const STEP = 15;
const percent = (minutes: number): string => `${(minutes / DAY) * 100}%`;

type Props = {
  day: number;
  open: readonly HoursInterval[];
  /** How far the hours of the day before go into this one. */
  before: number;
  disabled: boolean;
  /** While it is dragged, and when it is let go. */
  draft: (open: HoursInterval[]) => void;
  keep: (open: HoursInterval[]) => void;
  drop: () => void;
};

/** A day from midnight to midnight, with what is open on it. Its ends are dragged, or moved by the arrow keys, a quarter of an hour at a time. */
export const Bar = ({ day, open, before, disabled, draft, keep, drop }: Props) => {
  const track = useRef<HTMLDivElement>(null);
  const dragged = useRef<HoursInterval[] | null>(null);
  const at = (x: number): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return 0;
    const rtl = getComputedStyle(track.current as Element).direction === 'rtl';
    const part = (rtl ? box.right - x : x - box.left) / box.width;
    return Math.round((Math.min(1, Math.max(0, part)) * DAY) / STEP) * STEP;
  };
  /** As far as its neighbours and its other end let it. */
  const moved = (i: number, end: 0 | 1, to: number): HoursInterval[] =>
    open.map((one, n): HoursInterval => {
      if (n !== i) return [...one];
      if (end === 0) return [Math.min(Math.max(to, open[i - 1]?.[1] ?? 0), one[1] - STEP, DAY - 1), one[1]];
      return [one[0], Math.max(Math.min(to, open[i + 1]?.[0] ?? DAY * 2, one[0] + DAY), one[0] + STEP)];
    });
  const grip = (i: number, end: 0 | 1) => {
    const value = (open[i] as HoursInterval)[end];
    return (
      <span
        className={`grip ${end === 0 ? 'starts' : 'ends'}`}
        style={{ insetInlineStart: percent(Math.min(value, DAY)) }}
        role="slider"
        tabIndex={disabled ? -1 : 0}
        aria-disabled={disabled || undefined}
        aria-label={
          end === 0
            ? t('{day}: opens', { day: weekdayName(day + 1) })
            : t('{day}: closes', { day: weekdayName(day + 1) })
        }
        aria-valuemin={0}
        aria-valuemax={DAY * 2}
        aria-valuenow={value}
        aria-valuetext={value > DAY ? t('{time} the next day', { time: clockOf(value) }) : clockOf(value)}
        onPointerDown={(e: PointerEvent) => {
          if (disabled || e.button !== 0) return;
          e.currentTarget.setPointerCapture(e.pointerId);
          dragged.current = [...open] as HoursInterval[];
        }}
        onPointerMove={(e: PointerEvent) => {
          if (!dragged.current) return;
          // What goes on after midnight is typed or moved by keys: here the day ends.
          dragged.current = moved(i, end, at(e.clientX));
          draft(dragged.current);
        }}
        onPointerUp={() => {
          if (dragged.current) keep(dragged.current);
          dragged.current = null;
        }}
        onPointerCancel={() => {
          dragged.current = null;
          drop();
        }}
        onKeyDown={(e: KeyboardEvent) => {
          if (disabled) return;
          const rtl = getComputedStyle(e.currentTarget).direction === 'rtl';
          const steps: Record<string, number> = {
            ArrowRight: rtl ? -STEP : STEP,
            ArrowLeft: rtl ? STEP : -STEP,
            ArrowUp: STEP,
            ArrowDown: -STEP,
            PageUp: 60,
            PageDown: -60,
          };
          const by = steps[e.key];
          if (by === undefined) return;
          e.preventDefault();
          keep(moved(i, end, value + by));
        }}
      />
    );
  };
  return (
    <div className="hoursbar" ref={track}>
      {before > 0 ? (
        <span className="open before" style={{ insetInlineStart: 0, inlineSize: percent(before) }} />
      ) : null}
      {open.map(([from, to], i) => (
        <span key={`${i}-${open.length}`}>
          <span
            className={`open${to > DAY ? ' after' : ''}`}
            style={{ insetInlineStart: percent(from), inlineSize: percent(Math.min(to, DAY) - from) }}
          />
          {grip(i, 0)}
          {grip(i, 1)}
        </span>
      ))}
    </div>
  );
};
