import type { HoursInterval } from '@hearten/contract';
import { hoursOf, type Plan } from '../server/src/hours/open.ts';

const QUESTIONS = 200_000;
const usual: readonly HoursInterval[] = [
  [540, 750],
  [810, 1080],
];
const week = [usual, usual, usual, usual, [...usual, [1320, 1560]] as HoursInterval[], [], []];
const plan = (zone: string): Plan => ({
  zone,
  week,
  holidays: [
    { name: 'New Year', rule: { kind: 'date', month: 1, day: 1, moves: 'nearest' }, open: [] },
    { name: 'Easter Monday', rule: { kind: 'easter', church: 'western', days: 1 }, open: [] },
    { name: 'Labour Day', rule: { kind: 'nth', month: 9, weekday: 1, nth: 1 }, open: [] },
    { name: 'Christmas Eve', rule: { kind: 'date', month: 12, day: 24, moves: 'never' }, open: [[540, 720]] },
  ],
  exceptions: [{ date: '2027-12-04', name: '', open: [[540, 1260]] }],
  days: Array.from({ length: 30 }, (_, i) => ({
    name: '',
    from: `2027-0${1 + (i % 9)}-10`,
    to: `2027-0${1 + (i % 9)}-10`,
  })),
  times: [],
});

/** Questions of working time, at moments spread over three years, in processor time; and what the first question of new hours costs. */
export async function measure(): Promise<Record<string, number>> {
  const hours = hoursOf(plan('Australia/Lord_Howe'));
  const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2029, 0, 1)];
  let seed = 7;
  const moment = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from + (seed / 2_147_483_647) * (to - from);
  };
  let told = 0;
  const perSecond = (ask: () => number): number => {
    for (let i = 0; i < QUESTIONS / 10; i++) told += ask();
    const began = process.cpuUsage();
    for (let i = 0; i < QUESTIONS; i++) told += ask();
    const { user, system } = process.cpuUsage(began);
    return QUESTIONS / ((user + system) / 1e6);
  };
  const figures = {
    open_per_second: perSecond(() => (hours.isOpen(moment()) ? 1 : 0)),
    next_per_second: perSecond(() => (hours.closes(moment()) ?? 0) + (hours.opens(moment()) ?? 0)),
    add_per_second: perSecond(() => hours.add(moment(), 480 * 60_000) ?? 0),
    between_per_second: perSecond(() => hours.between(moment(), moment())),
  };
  const zones = Intl.supportedValuesOf('timeZone').slice(0, 100);
  const began = process.cpuUsage();
  for (const zone of zones) told += hoursOf(plan(zone)).opens(from) ?? 0;
  const { user, system } = process.cpuUsage(began);
  if (!Number.isFinite(told)) throw new Error('Nothing was reckoned.');
  return { ...figures, first_cpu_ms: (user + system) / 1000 / zones.length };
}
