import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, inverse } from './fit.ts';
import { type Life, type Part, verify, type Week } from './verify.ts';

type Shape = { reporters: number; others?: number; rest?: number; customers?: number | null; filed?: number };
const START = Date.UTC(2026, 0, 5);
const SHIPPED = 20;
/** Thirty weeks in two inboxes, as each of them says; the fix ships on the Wednesday of the 21st. */
function life(shape: (i: number, inbox: string) => Shape, weeks = 30, more: Partial<Life> = {}): Life {
  const all = Array.from({ length: weeks }, (_, i): Week => {
    const each = ['mail', 'chat'].map((inbox) => ({ inbox, ...shape(i, inbox) }));
    // Not the same number each week: two more, two fewer.
    const parts = each.map(
      ({ inbox, reporters, others = 30, rest = 60 }): Part => ({
        ...{
          inbox,
          rest,
          reporters: reporters + (reporters > 2 ? ((i * 7) % 5) - 2 : 0),
          others: others + ((i * 3) % 5) - 2,
        },
      }),
    );
    const customers = each[0]?.customers === undefined ? 1000 : each[0].customers;
    const written = parts.reduce((n, one) => n + one.reporters + one.rest, 0);
    return { week: day(i), customers, written, filed: Math.round(written * (each[0]?.filed ?? 0.8)), parts };
  });
  return { weeks: all, shippedOn: day(SHIPPED, 2), closed: new Set(), ...more };
}
const day = (i: number, more = 0): string => new Date(START + (i * 7 + more) * 86_400_000).toISOString().slice(0, 10);
const fixed = (i: number): number => (i <= SHIPPED ? 12 : 2);

test('A fall beyond that of other problems is verified, from the fifth whole week on, and the week of the fix is on neither side', () => {
  const whole = life((i) => ({ reporters: fixed(i) }));
  const found = verify(whole);
  assert.equal(found.verdict, 'verified');
  // The first week with a report only says that the problem was known from then on.
  assert.deepEqual([found.weeksBefore, found.weeksAfter], [19, 9]);
  const { ratio, low, high } = found.effect ?? { ratio: 0, low: 0, high: 0 };
  assert.ok(low < 1 / 6 && 1 / 6 < high && low < ratio && ratio < high, `${low} ${ratio} ${high}`);
  assert.ok(Math.abs((found.expected ?? 0) - 9 * 24) < 60, `${found.expected} were to be expected`);
  const at = (weeks: number) => verify({ ...whole, weeks: whole.weeks.slice(0, SHIPPED + 1 + weeks) }).verdict;
  assert.deepEqual([at(0), at(3), at(4), at(5)], ['too-early', 'too-early', 'unproven', 'verified']);
  assert.equal(verify({ ...whole, shippedOn: null }).verdict, 'not-shipped');
});

test('A fall that all problems share, a rise of all the others alone, and no fall at all are not verified', () => {
  const shared = verify(
    life((i) => ({ reporters: fixed(i), others: i <= SHIPPED ? 36 : 6, rest: i <= SHIPPED ? 60 : 30 })),
  );
  assert.equal(shared.verdict, 'shared');
  assert.ok((shared.own ?? 1) < 0.3 && (shared.others ?? 1) < 0.3);
  assert.equal(
    verify(life((i) => ({ reporters: 12, others: i <= SHIPPED ? 20 : 60 }))).verdict,
    'unproven',
    'it did not fall',
  );
  assert.equal(verify(life(() => ({ reporters: 12 }))).verdict, 'unproven');
  const fewer = verify(life((i) => ({ reporters: fixed(i), customers: i <= SHIPPED ? 1000 : 150 })));
  assert.notEqual(fewer.verdict, 'verified', 'per customer it did not fall');
});

test('Without a denominator in each week nothing is verified: none at all, lost since, begun lately, or nought', () => {
  for (const customers of [
    () => null,
    (i: number) => (i > SHIPPED + 1 ? null : 1000),
    (i: number) => (i === SHIPPED - 1 ? null : 1000),
    (i: number) => (i < SHIPPED - 4 ? null : 1000),
    (i: number) => (i > SHIPPED ? 0 : 1000),
  ])
    assert.equal(verify(life((i) => ({ reporters: fixed(i), customers: customers(i) }))).verdict, 'no-denominator');
  // One that has been there for ten weeks is enough; only those weeks are compared.
  const tenWeeks = verify(life((i) => ({ reporters: fixed(i), customers: i < SHIPPED - 10 ? null : 1000 })));
  assert.deepEqual([tenWeeks.verdict, tenWeeks.weeksBefore], ['verified', 10]);
});

test('An inbox that had a part in it and is switched off, silent or hidden leaves nothing to say; one without a part does not', () => {
  const hidden = (rest: number) =>
    verify(
      life((i, inbox) => {
        const gone = inbox === 'chat' && i > SHIPPED;
        return { reporters: gone ? 0 : inbox === 'chat' ? 12 : 6, others: gone ? 2 : 30, rest: gone ? rest : 60 };
      }),
    );
  for (const rest of [0, 3, 20]) assert.deepEqual([hidden(rest).verdict, hidden(rest).inbox], ['channel-gone', 'chat']);
  const closed = new Set(['chat']);
  assert.equal(verify(life((i) => ({ reporters: fixed(i) }), 30, { closed })).verdict, 'channel-gone');
  const aside = life((i, inbox) => ({ reporters: inbox === 'chat' ? 0 : fixed(i) }), 30, { closed });
  assert.equal(verify(aside).verdict, 'verified');
});

test('Too few weeks, too few reporters and no other problems are said as what they are', () => {
  const weeks = life((i) => ({ reporters: fixed(i) }));
  assert.equal(verify({ ...weeks, weeks: weeks.weeks.slice(SHIPPED - 7) }).verdict, 'too-short-before');
  assert.equal(
    verify(life((i, inbox) => ({ reporters: inbox === 'mail' && i % 5 === 0 && i <= SHIPPED ? 1 : 0 }))).verdict,
    'too-few',
  );
  const alone = life((i) => ({ reporters: fixed(i) }));
  for (const week of alone.weeks) for (const part of week.parts) part.others = 0;
  assert.equal(verify(alone).verdict, 'no-control');
});

test('Weeks of which hardly anything is filed yet wait', () => {
  const late = life((i) => ({ reporters: i > 24 ? 0 : 12, filed: i > 24 ? 0.2 : 0.8 }));
  const found = verify(late);
  assert.deepEqual([found.weeksAfter, found.verdict], [4, 'unproven']);
});

test('What was verified and is back is noticed; a single bad week is not taken for it', () => {
  const back = verify(life((i) => ({ reporters: i > SHIPPED && i < 30 ? 2 : 12 }), 34));
  assert.equal(back.returned?.weeks, 4);
  assert.deepEqual(back.returned, { reporters: 94, weeks: 4, usual: 16 }, JSON.stringify(back.returned));
  assert.equal(verify(life((i) => ({ reporters: i > SHIPPED && i !== 33 ? 2 : 12 }), 34)).returned, null);
  const others = verify(
    life((i) => ({ reporters: i > SHIPPED && i < 30 ? 2 : i < 30 ? 12 : 6, others: i < 30 ? 30 : 90 }), 34),
  );
  assert.equal(others.returned, null, 'a rise that all problems share is not its return');
});

test('The regression finds what a table says: the log odds ratio of two by two, and its error', () => {
  const free = Number.POSITIVE_INFINITY;
  const { at, covariance, spread, settled } = fit(
    [
      { terms: [0, 1], hits: 40, misses: 60 },
      { terms: [1, 1], hits: 10, misses: 90 },
    ],
    [free, free],
  );
  assert.ok(settled);
  assert.equal(spread, 1);
  assert.ok(Math.abs((at[0] ?? 0) - Math.log((10 * 60) / (40 * 90))) < 1e-4);
  assert.ok(Math.abs((covariance[0]?.[0] ?? 0) - (1 / 10 + 1 / 60 + 1 / 40 + 1 / 90)) < 1e-4);
  const inverted = inverse([
    [0, 2],
    [4, 1],
  ]);
  assert.deepEqual(inverted, [
    [-0.125, 0.25],
    [0.5, 0],
  ]);
});

test('What comes back is noticed however long ago the fix was, and though the desk lost its denominator or an inbox since', () => {
  const late = (i: number): number => (i > SHIPPED && i < 80 ? 2 : 12);
  for (const at of [84, 86, 88]) assert.ok(verify(life((i) => ({ reporters: late(i) }), at)).returned, `${at}`);
  assert.equal(
    verify(life((i) => ({ reporters: i > SHIPPED ? 2 : 12 }), 104)).returned,
    null,
    'and what stays away is not',
  );
  const back = (i: number): number => (i > SHIPPED && i < 30 ? 2 : 12);
  const unnamed = verify(life((i) => ({ reporters: back(i), customers: i > 28 ? null : 1000 }), 34));
  assert.deepEqual([unnamed.verdict, unnamed.returned?.weeks], ['no-denominator', 4]);
  const closed = verify(life((i) => ({ reporters: back(i) }), 34, { closed: new Set(['chat']) }));
  assert.deepEqual([closed.verdict, closed.returned?.weeks], ['channel-gone', 4]);
  const whole = life((i) => ({ reporters: late(i) }), 84);
  const recent = verify({ ...whole, weeks: whole.weeks.slice(SHIPPED + 1) });
  assert.equal(recent.returned?.weeks, 4, 'what was before lies too far back to be known');
});

test('A year since the fix is looked at, so what halves it is verified when half a year was too short', () => {
  const half = life((i) => ({ reporters: i <= SHIPPED ? 6 : 3, others: 20 }), SHIPPED + 1 + 52);
  const at = (weeks: number) => verify({ ...half, weeks: half.weeks.slice(0, SHIPPED + 1 + weeks) });
  assert.equal(at(12).verdict, 'unproven');
  assert.deepEqual([at(52).weeksAfter, at(52).verdict], [52, 'verified']);
});
