import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, fakeFrame, visited } from './fake-frame.ts';

type Doing = { goOn: (token: string) => Promise<void>; leave: () => void };
type State = { ready: { value: boolean }; screen: { value: unknown } };
const chat = { id: 'c-1', status: 'open', lastSeq: 1, readSeq: 1, unread: 0, lastAt: '2026-01-01T00:00:00Z' };

test('A link of a mail that was used goes on only where that very link led; with another, in another tab, or once left, nothing of whoever was here is shown', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const frame = await fakeFrame('/chat/shop/continue');
  const tab = { name: '' };
  Object.assign(globalThis, { window: tab });
  const { goOn, leave } = await frame.load<Doing>('doing.ts');
  const { ready, screen } = await frame.load<State>('state.ts');
  const used = new Set<string>();
  frame.reply = ({ path, body, by }): Answer => {
    const token = String(body.token);
    if (path === '/visit') return visited(token, [chat]);
    if (path !== '/continue') return [200, { items: [], by }];
    if (!/^link/.test(token) || used.has(token)) return [404, { detail: 'This link was used already.' }];
    used.add(token);
    return [200, { token: `of ${token}` }];
  };
  // Somebody used this browser before, and their visit lasts for a month.
  frame.lasting.set('hearten:shop', 'of the one before');
  for (const token of ['anything', '']) await assert.rejects(goOn(token), /used already/);
  assert.deepEqual([frame.of('/visit'), ready.value], [[], false]);

  await goOn('link one');
  assert.deepEqual([ready.value, screen.value], [true, { chat: 'c-1' }]);
  assert.deepEqual(
    frame.of('/visit').map(({ body }) => body.token),
    ['of link one'],
  );
  assert.ok(
    [...frame.lasting.values()].every((kept) => !kept.includes('link one') || kept === 'of link one'),
    'a hash',
  );
  await goOn('link one'); // the mail opened again
  await goOn(''); // the page loaded again, which has no link any more
  await assert.rejects(goOn('another'), /used already/);
  tab.name = '';
  await assert.rejects(goOn(''), /used already/, 'in another tab');

  leave();
  assert.deepEqual([[...frame.lasting], ready.value, screen.value], [[], false, 'home']);
  await frame.settled();
  assert.equal(frame.of('/end')[0]?.by, 'of link one');
  await assert.rejects(goOn('link one'), /used already/);
});
