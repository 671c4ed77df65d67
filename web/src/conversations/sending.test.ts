import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, opened } from '../testing.ts';
import { answerTo, leaving, newerThan } from './sending.ts';

test('a reply goes to whoever wrote last, with the others of that mail in copy and never to ourselves', () => {
  const last = message({
    from: { address: 'studio@example.org', name: 'Studio' },
    to: [
      { address: 'Support@Example.com', name: '' },
      { address: 'claire@example.org', name: 'Claire' },
    ],
    cc: [
      { address: 'claire@example.org', name: 'Claire' },
      { address: 'boss@example.org', name: '' },
    ],
  });
  const { to, cc } = answerTo(opened({ items: [message({ id: 'x' }), last] }));
  assert.deepEqual(
    to.map((a) => a.address),
    ['studio@example.org'],
  );
  assert.deepEqual(
    cc.map((a) => a.address),
    ['claire@example.org', 'boss@example.org'],
  );
});

test('a machine’s mail is not answered when a person wrote before it', () => {
  const machine = message({ id: 'm', automatic: true, from: { address: 'noreply@example.org', name: '' } });
  assert.equal(answerTo(opened({ items: [message(), machine] })).to[0]?.address, 'claire@example.org');
});

test('before anyone wrote, the answer goes to the customer', () => {
  assert.deepEqual(answerTo(opened({ items: [] })).to, [{ address: 'claire@example.org', name: 'Claire Dubois' }]);
});

test('what arrived or left after the message one answers is newer, notes are not', () => {
  const items = [
    message({ id: 'a' }),
    message({ id: 'n', type: 'note' }),
    message({ id: 'b' }),
    message({ id: 'c', type: 'out', state: 'cancelled' }),
  ];
  assert.deepEqual(
    newerThan(items, 'a').map((m) => m.id),
    ['b'],
  );
  assert.deepEqual(newerThan(items, 'b'), []);
  assert.deepEqual(newerThan(items, 'not loaded'), []);
});

test('only my own reply that has not left can be taken back', () => {
  const now = Date.parse('2026-11-01T08:00:00Z');
  const mine = message({ type: 'out', authorId: 'me', state: 'queued', sendAt: '2026-11-01T08:00:08Z' });
  assert.equal(leaving([mine], 'me', now), mine);
  assert.equal(leaving([mine], 'other', now), undefined);
  assert.equal(leaving([mine], 'me', now + 9000), undefined);
  assert.equal(leaving([{ ...mine, state: 'sent' }], 'me', now), undefined);
});
