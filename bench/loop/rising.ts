import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../../server/src/base/db.ts';
import { newId } from '../../server/src/base/ids.ts';
import { jobs } from '../../server/src/base/jobs.ts';
import { learnWords, makeProblem, setFiling } from '../../server/src/problems/index.ts';
import { lookForRises, lookSoon } from '../../server/src/topics/rising.ts';
import { type Heard, hourOfWeek, risen, shapeOf } from '../../server/src/topics/surprise.ts';
import { desk } from '../../server/test/desk.ts';
import { dice, gamma, poisson } from './year.ts';

const HOUR = 3_600_000;
const BACK = 56 * 24;
const TOPICS = 40;
const YEARS = 5;

/** How long until a rise is flagged, and how many are flagged in years in which nothing happened; then how many of those that did are found. */
export async function rising(): Promise<Record<string, number>> {
  const years = Array.from({ length: YEARS }, (_, i) => calmYear(i + 1));
  const sum = (of: 'flagged' | 'planted' | 'found'): number => years.reduce((n, one) => n + one[of], 0);
  return {
    rising_minutes: await untilFlagged(),
    rising_false_a_year: sum('flagged') / YEARS,
    rising_found_percent: (100 * sum('found')) / sum('planted'),
  };
}

/**
 * A year of forty topics by seed, from one conversation in a fortnight to five a day: office hours and weekends, a season, and days that
 * differ by more than chance (gamma, 25 %). It is asked at each conversation, as no other moment can make a count larger. Into the same
 * year, apart, outages of eight to twenty customers in an hour are planted.
 */
function calmYear(seed: number): { flagged: number; planted: number; found: number } {
  const random = dice(seed * 104_729);
  const start = Date.UTC(2025, 0, 6);
  const hours = (8 * 7 + 365) * 24;
  const busy = (hour: number): number => {
    const [day, clock] = [Math.floor((hour % 168) / 24), hour % 24];
    return (day > 4 ? 0.35 : 1) * (clock > 7 && clock < 19 ? 1.7 : 0.3);
  };
  const days = Array.from(
    { length: hours / 24 },
    (_, day) => (1 + 0.25 * Math.sin((2 * Math.PI * day) / 365)) * gamma(random, 16),
  );
  const rates = Array.from({ length: TOPICS }, (_, i) => (5 / 24) * 0.9 ** (i * 1.05) + 1 / (14 * 24));
  const heard = rates.map((rate) => {
    const all: Heard[] = [];
    let n = 0;
    for (let hour = 0; hour < hours; hour++) {
      const many = poisson(random, rate * busy(hour) * (days[Math.floor(hour / 24)] ?? 1));
      for (let i = 0; i < many; i++) all.push({ at: start + (hour + random()) * HOUR, customer: `c${n++}` });
    }
    return all.sort((a, b) => a.at - b.at);
  });
  const volume = new Array<number>(hours).fill(0);
  for (const all of heard)
    for (const { at } of all)
      volume[Math.floor((at - start) / HOUR)] = (volume[Math.floor((at - start) / HOUR)] ?? 0) + 1;
  const shapes = new Map<number, number[]>();
  /** What the weeks before say of the hours, as it stands at the beginning of each day. */
  const shapeAt = (now: number): number[] => {
    const until = Math.floor((now - start) / HOUR / 24) * 24 - 6;
    const known = shapes.get(until);
    if (known) return known;
    const counts = new Array<number>(168).fill(0);
    for (let hour = Math.max(0, until - BACK); hour < until; hour++) {
      const place = hourOfWeek(start + hour * HOUR);
      counts[place] = (counts[place] ?? 0) + (volume[hour] ?? 0);
    }
    const shape = shapeOf(counts);
    shapes.set(until, shape);
    return shape;
  };
  const asked = (all: Heard[], now: number) => {
    const conversations = all.filter(({ at }) => at > now - BACK * HOUR && at <= now - 6 * HOUR).length;
    const lately = all.filter(({ at }) => at > now - 6 * HOUR && at <= now);
    return risen(lately, now, { conversations, hours: BACK - 6, shape: shapeAt(now) }, TOPICS);
  };
  let flagged = 0;
  for (const all of heard) {
    let rests = 0;
    for (const [i, { at }] of all.entries()) {
      if (at < start + BACK * HOUR || at < rests) continue;
      // Five in six hours are the least that can be flagged at all.
      if ((all[i - 4]?.at ?? 0) < at - 6 * HOUR) continue;
      if (!asked(all, at)) continue;
      flagged++;
      rests = at + 12 * HOUR;
    }
  }
  let [planted, found] = [0, 0];
  for (let i = 0; i < 50; i++) {
    const at = start + (BACK + random() * 350 * 24) * HOUR;
    const many = 8 + Math.floor(random() * 13);
    const outage = Array.from({ length: many }, (_, n) => ({ at: at + random() * HOUR, customer: `p${n}` }));
    const all = [...(heard[i % TOPICS] ?? []).filter((one) => Math.abs(one.at - at) < BACK * HOUR), ...outage].sort(
      (a, b) => a.at - b.at,
    );
    planted++;
    if (outage.some((one) => asked(all, one.at))) found++;
  }
  return { flagged, planted, found };
}

/** Rows in a database and the job as it runs: from the seventh message to the flag, in minutes. */
async function untilFlagged(): Promise<number> {
  const w = await desk();
  const stop = await jobs.start(w.hearten.db, w.hearten.log, {
    'look-for-rises': (payload) => w.hearten.db.tx(String(payload.workspaceId), lookForRises),
  });
  try {
    const { id } = await w.tx((t) => makeProblem(t, w.people.lead, { name: 'Payment is refused' }));
    const customer = newId();
    await w.tx(async (t) => {
      await t.run(
        sql`insert into customer (workspace_id, id, name) values (${w.workspaceId}, ${customer}, 'Long ago')`,
      );
      await t.run(sql`
        insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
        select ${w.workspaceId}, gen_random_uuid(), 50000 + n, ${w.inboxId}, 'email', ${customer}, 'Long ago', 'old@example.org', 'Old ' || n, 'closed', now() - n * interval '20 minutes', now() - n * interval '20 minutes' from generate_series(24, 4000) n`);
      await t.run(sql`
        insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional)
        select workspace_id, id, 0, 'problem', ${id}, false from conversation where workspace_id = ${w.workspaceId} and number > 50000 and number % 70 = 0`);
    });
    const says = [
      'card payment refused at checkout',
      'payment refused, card is fine',
      'checkout refused my card payment',
    ];
    let n = 0;
    const write = async (text: string): Promise<string> => {
      const from = { address: `writer${++n}@example.org`, name: 'A writer' };
      return (await w.receive({ subject: text, text, from }))[0]?.conversationId as string;
    };
    const taught: string[] = [];
    for (const text of says) taught.push(await write(text));
    for (const one of taught) {
      await w.tx((t) => setFiling(t, w.people.lead, one, { kind: 'problem', problems: [{ id }] }));
      await w.tx((t) =>
        t.run(
          sql`update conversation set created_at = now() - interval '2 days' where workspace_id = ${w.workspaceId} and id = ${one}`,
        ),
      );
    }
    await w.tx((t) => learnWords(t, id));
    const react = () =>
      w.tx(async (t) =>
        lookSoon(
          t,
          await t.many(
            sql`select * from event where workspace_id = ${w.workspaceId} and name = 'message.received' order by id desc limit 1`,
          ),
        ),
      );
    for (let i = 0; i < 7; i++) {
      await write(`${says[i % 3]} ${'abcdefg'[i]}`);
      await react();
    }
    const began = performance.now();
    for (;;) {
      const row = await w.tx((t) => t.first(sql`select 1 from rise where workspace_id = ${w.workspaceId}`));
      const minutes = (performance.now() - began) / 60_000;
      if (row) return minutes;
      if (minutes > 5) return Number.NaN;
      await sleep(250);
    }
  } finally {
    await stop();
    await w.end();
  }
}
