import assert from 'node:assert/strict';
import { test } from 'node:test';

type Value<T> = { value: T };
type Given = { jwt: string | null; email?: string; url: string; title: string; referrer: string };
type Doing = {
  who: (given: Given) => Promise<void>;
  begin: () => Promise<void>;
  send: (text: string, files: []) => void;
  leave: () => void;
  refresh: () => Promise<void>;
};
type State = {
  ready: Value<boolean>;
  draft: Value<string>;
  chats: Value<{ id: string }[]>;
  screen: Value<unknown>;
  waiting: Value<{ clientId: string; text: string; failed: string | null; sent: boolean }[]>;
};
type Asked = { path: string; body: Record<string, unknown>; by: string | null; outlives: boolean };
const load = async <T>(name: string): Promise<T> => (await import(new URL(`src/${name}`, import.meta.url).href)) as T;

const asked: Asked[] = [];
const kept = new Map<string, string>();
let reply: (asked: Asked) => [status: number, body: object] | 'never' | 'away' = () => 'away';
const ask = { name: 'no', email: 'no', question: '', answer: 'optional' };
const asks = { new: ask, returning: ask, signedIn: ask };
const visit = (token: string, audience = 'new', chats: object[] = []): [number, object] => [
  200,
  { token, visits: 1, chats, settings: { asks }, visitor: { name: '', email: '', audience } },
];
const chat = { id: 'c-1', status: 'open', lastSeq: 1, readSeq: 1, unread: 0, lastAt: '2026-01-01T00:00:00Z' };
const settled = async (): Promise<void> => {
  for (let n = 0; n < 80; n++) await Promise.resolve();
};
const of = (path: string): Asked[] => asked.filter((one) => one.path === path);
const here = { url: 'https://shop.example/', title: '', referrer: '' };
const vouching = (userId: string, n: number): string =>
  `x.${Buffer.from(JSON.stringify({ user_id: userId, n })).toString('base64url')}.y`;

async function widget(): Promise<Doing & State & { track: (one: object) => void; facts: { usual: number | null } }> {
  Object.assign(globalThis, {
    document: {
      body: { dataset: { chat: JSON.stringify({ id: 'shop', asks, domains: [], usual: 60 }) } },
      documentElement: { lang: 'en' },
      visibilityState: 'visible',
    },
    ...{ window: {}, location: { pathname: '/chat/shop', origin: 'https://desk.example' } },
    ...{ Worker: undefined, BroadcastChannel: undefined },
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    },
    WebSocket: class {
      static OPEN = 1;
      readyState = 0; // never there: what is written goes by itself
      close(): void {}
    },
    fetch: async (
      url: string,
      { body, headers, keepalive }: { body?: string; headers: Record<string, string>; keepalive?: boolean },
    ) => {
      const one: Asked = {
        path: url.slice('/chat/shop'.length),
        body: JSON.parse(body ?? '{}') as Record<string, unknown>,
        by: headers.authorization?.slice('Bearer '.length) ?? null,
        outlives: keepalive === true,
      };
      asked.push(one);
      const said = reply(one);
      if (said === 'never') return new Promise(() => undefined);
      if (said === 'away') throw new TypeError('Failed to fetch');
      return { ok: said[0] < 400, status: said[0], statusText: '', headers: new Headers(), json: async () => said[1] };
    },
  });
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true, language: 'en' }, configurable: true });
  const { speak } = await load<{ speak: (language: string) => Promise<void> }>('words/index.ts');
  await speak('en');
  return {
    ...(await load<Doing>('doing.ts')),
    ...(await load<State>('state.ts')),
    ...(await load<{ track: (one: object) => void }>('visits.ts')),
    ...(await load<{ facts: { usual: number | null } }>('facts.ts')),
  };
}

test('A visit begins late, ends early, is signed for anew and is left, and nothing that was written or kept goes astray', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.UTC(2026, 0, 1) });
  const w = await widget();
  await w.who({ jwt: null, ...here });
  assert.deepEqual(asked, [], 'nothing is asked of whom nobody knows');
  for (let n = 0; n < 50; n++) w.track({ name: `Event ${n}`, meta: {}, at: '2026-01-01T00:00:00Z' });

  // No way to the server at first: what was written waits, and goes by itself when it is tried again.
  w.screen.value = 'new';
  w.send('Does it dim?', []);
  await settled();
  assert.deepEqual([w.waiting.value[0]?.failed, w.waiting.value[0]?.sent], [null, false]);
  reply = ({ path }) =>
    path === '/visit' ? visit('first') : path === '/messages' ? [201, { chat: 'c-1' }] : [200, { items: [] }];
  t.mock.timers.tick(2_000);
  await settled();
  assert.deepEqual(
    of('/messages')
      .map(({ body, by }) => [body.text, by])
      .at(-1),
    ['Does it dim?', 'first'],
  );
  assert.deepEqual([w.waiting.value[0]?.failed, w.waiting.value[0]?.sent], [null, true]);
  // What happened before it: the newest forty, as many at a time as are taken.
  const events = of('/events').map(({ body }) => (body.events as { name: string }[]).map(({ name }) => name));
  assert.deepEqual(
    [events.map((some) => some.length), events[0]?.[0], events[1]?.[19]],
    [[20, 20], 'Event 10', 'Event 49'],
  );

  // Said by the page later than when it began.
  await w.who({ jwt: null, email: 'ida@customer.example', ...here });
  assert.deepEqual(
    of('/about').map(({ body }) => body.email),
    ['ida@customer.example'],
  );

  // Open for long, it says what is true now.
  reply = () => [200, { items: [], settings: { usual: 3600 } }];
  await w.refresh();
  assert.equal(w.facts.usual, 60, 'a moment ago it was asked');
  t.mock.timers.tick(21_000);
  await w.refresh();
  assert.equal(w.facts.usual, 3600);

  // The server knows the visit no more: another begins, and what was written goes there, once.
  w.chats.value = [chat];
  w.screen.value = { chat: 'c-1' };
  w.draft.value = 'And in the ha';
  asked.length = 0;
  reply = ({ path, by }) =>
    path === '/visit'
      ? visit('second', 'new', [chat])
      : by !== 'second'
        ? [401, { detail: 'This visit has ended.' }]
        : path === '/messages'
          ? [201, { chat: 'c-1' }]
          : [200, { items: [] }];
  w.send('And outside?', []);
  await settled();
  assert.deepEqual(
    of('/messages').map(({ body, by }) => [body.text, by]),
    [
      ['And outside?', 'first'],
      ['And outside?', 'second'],
    ],
  );
  assert.equal(of('/messages')[0]?.body.clientId, of('/messages')[1]?.body.clientId, 'the same message');
  assert.deepEqual([w.draft.value, w.screen.value], ['And in the ha', { chat: 'c-1' }]);
  // What is begun in one conversation stands in no other.
  w.screen.value = 'new';
  assert.equal(w.draft.value, '');
  w.screen.value = { chat: 'c-1' };

  // Signed for anew every few minutes, one person goes on writing; another sees nothing of it.
  reply = ({ path }) => (path === '/visit' ? visit('third', 'signedIn') : [200, { items: [] }]);
  await w.who({ jwt: vouching('57', 1), ...here });
  w.draft.value = 'Half a sent';
  asked.length = 0;
  await w.who({ jwt: vouching('57', 2), ...here });
  assert.deepEqual([w.draft.value, of('/visit').length], ['Half a sent', 0]);
  await w.who({ jwt: vouching('58', 3), ...here });
  assert.deepEqual([w.draft.value, of('/visit').map(({ body }) => body.jwt)], ['', [vouching('58', 3)]]);

  // Left: forgotten here at once, and there by a request that the end of the page does not take back.
  w.leave();
  reply = ({ path }) => (path === '/visit' ? visit('fourth') : [200, {}]);
  await w.begin();
  asked.length = 0;
  reply = () => 'never';
  assert.equal(kept.get('hearten:shop'), 'fourth');
  w.leave();
  assert.deepEqual([...kept], []);
  await settled();
  assert.deepEqual(asked, [{ path: '/end', body: {}, by: 'fourth', outlives: true }]);
  assert.equal(w.ready.value, false);
});
