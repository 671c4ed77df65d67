import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, fakeFrame, visited, vouching } from './fake-frame.ts';

type Value<T> = { value: T };
type Given = { jwt: string | null; url: string; title: string; referrer: string };
type Doing = {
  who: (given: Given) => Promise<void>;
  begin: () => Promise<void>;
  send: (text: string, files: []) => void;
  introduce: (said: { email: string }) => Promise<void>;
  leave: () => void;
};
type State = {
  ready: Value<boolean>;
  chats: Value<{ id: string }[]>;
  waiting: Value<unknown[]>;
  visitor: Value<{ email: string }>;
};
const here = { url: 'https://shop.example/', title: '', referrer: '' };
const chat = (id: string) => ({
  id,
  status: 'open',
  lastSeq: 1,
  readSeq: 1,
  unread: 0,
  lastAt: '2026-01-01T00:00:00Z',
});

test('What was asked for somebody who has left, or for another person, comes back to nobody: no token is kept, no chat shown, no word sent, and the visit ends', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.UTC(2026, 0, 1) });
  const frame = await fakeFrame();
  const w = { ...(await frame.load<Doing>('doing.ts')), ...(await frame.load<State>('state.ts')) };
  const { settled, of, lasting, sockets } = frame;
  /** Answered when the test says so. */
  const slowly = (): ((answer: Answer) => Promise<void>) => {
    let tell: (answer: Answer) => void = () => undefined;
    const said = new Promise<Answer>((done) => {
      tell = done;
    });
    frame.reply = ({ path }) => (path === '/end' ? [200, {}] : said);
    return async (answer) => {
      tell(answer);
      await settled();
    };
  };

  // Left while the visit was on its way, with words that wait for it.
  let answer = slowly();
  w.send('A secret of the first', []);
  await settled();
  w.leave();
  await answer(visited('first', [chat('c-1')]));
  assert.deepEqual(
    [w.ready.value, w.chats.value, w.waiting.value, [...lasting], sockets.length],
    [false, [], [], [], 0],
  );
  assert.deepEqual(of('/messages'), []);
  assert.deepEqual(
    of('/end').map(({ by }) => by),
    ['first'],
  );

  // Another person before the answer of the one before them.
  answer = slowly();
  const ida = w.who({ jwt: vouching('57'), ...here }).catch(() => undefined);
  const late = answer;
  answer = slowly();
  const ole = w.who({ jwt: vouching('58'), ...here });
  await late(visited('of 57', [chat('c-57')], 'signedIn'));
  assert.deepEqual([w.ready.value, w.chats.value], [false, []]);
  assert.equal(of('/end').at(-1)?.by, 'of 57');
  await answer(visited('of 58', [chat('c-58')], 'signedIn'));
  await Promise.all([ida, ole]);
  assert.deepEqual([w.ready.value, w.chats.value.map(({ id }) => id)], [true, ['c-58']]);
  assert.deepEqual([sockets.length, of('/end').length], [1, 2], 'one line, that of who is here');

  // What else was on its way: said of the one before, it is not said of the next; nor does their line tell anything.
  answer = slowly();
  const said = w.introduce({ email: 'ole@customer.example' }).catch(() => undefined);
  w.leave();
  await answer([200, {}]);
  await said;
  sockets[0]?.hear({ type: 'ready', beat: 25_000, chats: [chat('c-58')] });
  assert.deepEqual([w.visitor.value.email, w.chats.value], ['', []]);

  // Said over a line that tells nothing of it: once they have left it is not said the other way, in the name of the next.
  frame.reply = ({ path, by }) => (path === '/visit' ? visited('of 60', [], 'signedIn') : [200, { by }]);
  await w.who({ jwt: vouching('60'), ...here });
  sockets.at(-1)?.opens();
  w.send('A secret of 60', []);
  await settled();
  assert.equal(sockets.at(-1)?.said.at(-1)?.text, 'A secret of 60');
  w.leave();
  frame.reply = ({ path, by }) => (path === '/visit' ? visited('of 61', [], 'signedIn') : [200, { by }]);
  await w.who({ jwt: vouching('61'), ...here });
  t.mock.timers.tick(8_000);
  await settled();
  assert.deepEqual(of('/messages'), []);
  w.leave();

  // A visit that goes on with what this browser keeps is not ended by somebody who signs in meanwhile.
  lasting.set('hearten:shop', 'of nobody known');
  frame.asked.length = 0;
  answer = slowly();
  const before = w.begin().catch(() => undefined);
  const first = answer;
  answer = slowly();
  const signed = w.who({ jwt: vouching('59'), ...here });
  await first(visited('of nobody known', [chat('c-1')]));
  await answer(visited('of 59', [], 'signedIn'));
  await Promise.all([before, signed]);
  assert.deepEqual([w.chats.value, of('/end'), lasting.get('hearten:shop')], [[], [], 'of nobody known']);
  w.leave();
});
