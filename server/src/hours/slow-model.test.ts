import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoursInterval } from '@hearten/contract';
import fc from 'fast-check';
import { hoursOf, type Plan } from './open.ts';
import { dateOfDay, weekdayOf } from './rules.ts';
import { momentOf, spansOf } from './zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

// The slow model knows no spans, no years and no sums: it looks at the clock on the wall, minute by minute, as a person would.
const clocks = new Map<string, Intl.DateTimeFormat>();
const clock = (zone: string, at: number): { day: number; minute: number } => {
  let format = clocks.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    clocks.set(zone, format);
  }
  const shown = format.format(at); // 2026-03-29 02:15
  return {
    day: Date.parse(`${shown.slice(0, 10)}T00:00Z`) / DAY,
    minute: Number(shown.slice(11, 13)) * 60 + Number(shown.slice(14, 16)),
  };
};
function slowly(plan: Plan) {
  const there = new Map<number, boolean>();
  const everWas = (day: number): boolean => {
    let was = there.get(day);
    if (was === undefined) {
      was = false;
      for (let at = day * DAY - 16 * 3_600_000; !was && at < (day + 1) * DAY + 16 * 3_600_000; at += 20 * MINUTE)
        was = clock(plan.zone, at).day === day;
      there.set(day, was);
    }
    return was;
  };
  const dayBefore = (day: number): number => (everWas(day - 1) ? day - 1 : dayBefore(day - 1));
  const of = (day: number): readonly HoursInterval[] => {
    const exception = plan.exceptions.find((one) => one.date === dateOfDay(day));
    return exception ? exception.open : (plan.week[weekdayOf(day) - 1] ?? []);
  };
  const isException = (day: number): boolean => plan.exceptions.some((one) => one.date === dateOfDay(day));
  return (at: number): boolean => {
    const { day, minute } = clock(plan.zone, at);
    const before = dayBefore(day);
    const closed = plan.times.some(({ from, to }) => at >= from && at < to);
    const begun = of(day).some(([from, to]) => minute >= from && minute < to);
    const goesOn = of(before).some(([, to]) => minute + 1440 < to);
    return (begun && (!closed || isException(day))) || (goesOn && (!closed || isException(before)));
  };
}

const zones = Intl.supportedValuesOf('timeZone');
const daily = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 })), { maxLength: 3 })
  .map((pairs) => {
    const out: HoursInterval[] = [];
    for (const [from, length] of pairs.sort((a, b) => a[0] - b[0]))
      if (from >= (out.at(-1)?.[1] ?? 0)) out.push([from, Math.min(from + length, 2880)]);
    return out;
  });
/** A moment near a change of the clocks, in a year since 1975, if the zone has one then; else any. */
const scene = fc
  .record({
    zone: fc.constantFrom(...zones),
    year: fc.integer({ min: 1975, max: 2036 }),
    which: fc.nat(),
    off: fc.integer({ min: -1500, max: 600 }),
    week: fc.array(daily, { minLength: 7, maxLength: 7 }),
    other: daily,
    otherDay: fc.integer({ min: -1, max: 2 }),
    gone: fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 900 })),
  })
  .map(({ zone, year, which, off, week, other, otherDay, gone }) => {
    const changes = spansOf(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)).slice(1);
    const near = changes.length ? (changes[which % changes.length]?.from ?? 0) : Date.UTC(year, 11, 31, 20);
    const at = near - (near % MINUTE) + off * MINUTE;
    const plan: Plan = {
      zone,
      week,
      holidays: [],
      exceptions: [{ date: dateOfDay(Math.floor(at / DAY) + otherDay), name: '', open: other }],
      days: [],
      times: [{ name: '', from: at + gone[0] * MINUTE, to: at + (gone[0] + gone[1]) * MINUTE }],
    };
    return { at, plan };
  });

const SPAN = 2600; // minutes looked at in each scene

test('Every answer is that of a model that looks at the clock minute by minute, around changes of the clocks of every zone', () => {
  fc.assert(
    fc.property(scene, fc.nat(SPAN), fc.nat(SPAN), ({ at, plan }, a, b) => {
      const hours = hoursOf(plan);
      const slow = slowly(plan);
      const open = Array.from({ length: SPAN }, (_, i) => slow(at + i * MINUTE));
      const worked = [0];
      for (const is of open) worked.push((worked.at(-1) as number) + (is ? 1 : 0));
      for (let i = 0; i < SPAN; i++)
        if (hours.isOpen(at + i * MINUTE) !== open[i])
          assert.fail(`open at ${new Date(at + i * MINUTE).toISOString()}`);
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      assert.equal(
        hours.between(at + from * MINUTE, at + to * MINUTE) / MINUTE,
        (worked[to] as number) - (worked[from] as number),
      );
      const isNow = open[from] === true;
      const turn = open.findIndex((is, i) => i > from && is !== isNow);
      if (turn >= 0 && isNow) assert.equal(hours.closes(at + from * MINUTE), at + turn * MINUTE);
      if (turn >= 0 && !isNow) assert.equal(hours.opens(at + from * MINUTE), at + turn * MINUTE);
      const total = (worked[SPAN] as number) - (worked[from] as number);
      if (total > 0) {
        const wanted = 1 + (b % total);
        const reached = worked.findIndex((sum) => sum === (worked[from] as number) + wanted);
        assert.equal(hours.add(at + from * MINUTE, wanted * MINUTE), at + reached * MINUTE);
      }
    }),
    {
      numRuns: Number(process.env.HOURS_RUNS ?? 60),
      ...(process.env.HOURS_SEED ? { seed: Number(process.env.HOURS_SEED) } : {}),
    },
  );
});

test('Adding what lies between leads back, over years', () => {
  const moment = fc.integer({ min: Date.UTC(1990, 0, 1) / MINUTE, max: Date.UTC(2040, 0, 1) / MINUTE });
  fc.assert(
    fc.property(scene, moment, fc.integer({ min: 0, max: 3_000_000 }), ({ plan }, start, length) => {
      const hours = hoursOf({ ...plan, times: [] });
      const [from, to] = [start * MINUTE, (start + length) * MINUTE];
      const worked = hours.between(from, to);
      assert.equal(hours.between(to, from), -worked || 0);
      const back = hours.add(from, worked);
      assert.ok(back !== null && back <= to);
      assert.equal(hours.between(from, back), worked);
      assert.equal(
        hours.between(from, to),
        hours.between(from, from + 777 * MINUTE) + hours.between(from + 777 * MINUTE, to),
      );
    }),
    { numRuns: 60 },
  );
});

test('The moment of a time on the wall is one at which the wall shows it', () => {
  fc.assert(
    fc.property(scene, ({ at, plan: { zone } }) => {
      const { day, minute } = clock(zone, at);
      const found = momentOf(zone, day * DAY + minute * MINUTE);
      assert.deepEqual(clock(zone, found), { day, minute });
      assert.ok(found <= at);
    }),
    { numRuns: 200 },
  );
});
