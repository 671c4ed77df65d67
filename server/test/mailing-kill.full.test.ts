import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailingKillRun } from './mailing-kill.ts';

const REPORTERS = 400;
const KILLS = 12;

test('Of 400 who reported a problem each is told once that it is fixed, and asked once how it was, while processes are killed', {
  timeout: 560_000,
}, async (t) => {
  const result = await mailingKillRun(REPORTERS, KILLS, Number(process.env.SEED ?? 1));
  const { wanted, told, asked, toldSeen, askedSeen, unsure, killedAt, ...rest } = result;
  const sizes = { wanted, told, asked, toldSeen, askedSeen, unsureTold: unsure.told, unsureAsked: unsure.asked };
  const counts = Object.fromEntries(Object.entries(sizes).map(([name, all]) => [name, all.length]));
  t.diagnostic(JSON.stringify({ ...rest, ...counts, killedAt: killedAt.map((one) => `${one.told}/${one.asked}`) }));
  assert.equal(result.kills, KILLS);
  const during = (of: 'told' | 'asked', end: number) => killedAt.filter((one) => one[of] > 0 && one[of] < end).length;
  assert.ok(during('told', told.length) >= 3 && during('asked', asked.length) >= 3, 'killed in the middle of both');

  // Erased, unsubscribed and newer ones are left out, each under why; who became one, or reported it twice, is told once.
  assert.equal(wanted.length, REPORTERS - 40 - 40 - 40 - 20);
  assert.deepEqual(told, wanted, 'each told once, nobody else, nobody forgotten');
  assert.deepEqual(result.left, { newer: 60, erased: 40, unsubscribed: 40 });
  assert.equal(
    Object.values(result.turns).reduce((a, b) => a + b, 0),
    wanted.length,
    'each had their turn once',
  );
  assert.deepEqual([new Set(asked).size, result.askedTwice], [asked.length, 0], 'nobody is asked twice');
  for (const [seen, of, maybe] of [
    [toldSeen, told, unsure.told],
    [askedSeen, asked, unsure.asked],
  ] as const) {
    assert.equal(new Set(seen).size, seen.length, 'nothing was sent twice');
    assert.deepEqual(
      seen.filter((one) => !of.includes(one)),
      [],
    );
    // Who was killed while the mail server took a mail does not know whether it did, and says so instead of sending it again.
    assert.deepEqual(
      of.filter((one) => !seen.includes(one) && !maybe.includes(one)),
      [],
      'what is called sent arrived',
    );
  }
  assert.equal(result.neverSeen, 0);
  assert.deepEqual(
    Object.keys(result.states).filter((state) => state !== 'sent' && state !== 'unknown'),
    [],
  );
});
