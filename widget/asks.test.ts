import assert from 'node:assert/strict';
import { test } from 'node:test';

type Ask = { name: string; email: string; question: string; answer: string };
type Value<T> = { value: T };
type Doing = {
  mayBegin: () => boolean;
  send: (text: string, files: []) => void;
  retry: (clientId: string) => void;
  introduce: (said: { email: string }) => Promise<void>;
  ended: () => void;
};
type State = {
  visitor: Value<{ name: string; email: string; audience: string }>;
  answer: Value<string | null>;
  screen: Value<unknown>;
  waiting: Value<{ clientId: string; failed: string | null; sent: boolean }[]>;
};
const load = async <T>(name: string): Promise<T> => (await import(new URL(`src/${name}`, import.meta.url).href)) as T;

test('The widget asks each audience its own before a conversation begins, and what is asked anew meanwhile, with nothing lost and nothing sent twice', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const nothing: Ask = { name: 'no', email: 'no', question: '', answer: 'optional' };
  const asks: Record<string, Ask> = {
    new: { ...nothing, name: 'optional' },
    returning: { ...nothing, email: 'required' },
    signedIn: { ...nothing, name: 'required', question: 'Which order?' },
  };
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  let refuses = '';
  const replies: Record<string, () => [status: number, body: object]> = {
    '/visit': () => [
      200,
      {
        ...{ token: 'a secret of a visit, long enough', visits: 1, chats: [] },
        ...{ settings: { asks }, visitor: { name: '', email: '', audience: 'new' } },
      },
    ],
    '/messages': () => (refuses ? [400, { detail: refuses }] : [201, { chat: 'c-1' }]),
    '/about': () => [200, {}],
    '/chats/c-1/lines': () => [200, { items: [] }],
  };
  Object.assign(globalThis, {
    document: {
      body: { dataset: { chat: JSON.stringify({ id: 'shop', asks, domains: [] }) } },
      documentElement: { lang: 'en' },
      visibilityState: 'visible',
    },
    ...{ window: {}, location: { pathname: '/chat/shop', origin: 'https://desk.example' } },
    ...{ Worker: undefined, BroadcastChannel: undefined },
    WebSocket: class {
      static OPEN = 1;
      readyState = 0; // never there: what is written goes by itself
      close(): void {}
    },
    fetch: async (url: string, { body }: { body?: string }) => {
      const path = url.slice('/chat/shop'.length);
      asked.push({ path, body: JSON.parse(body ?? '{}') as Record<string, unknown> });
      const [status, said] = replies[path]?.() ?? [404, {}];
      return { ok: status < 400, status, headers: new Headers(), json: async () => said };
    },
  });
  const { speak } = await load<{ speak: (language: string) => Promise<void> }>('words/index.ts');
  await speak('en');
  const doing = await load<Doing>('doing.ts');
  const { visitor, answer, screen, waiting } = await load<State>('state.ts');
  const settled = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) await Promise.resolve();
  };

  screen.value = 'new';
  const may = (audience: string, more: object = {}): boolean => {
    visitor.value = { name: '', email: '', audience, ...more };
    return doing.mayBegin();
  };
  // What may be said is asked once, what has to be said until it is there; what is known is not asked.
  assert.deepEqual([may('new'), may('new', { name: 'Ida' })], [false, true]);
  assert.deepEqual([may('returning'), may('returning', { email: 'ida@customer.example' })], [false, true]);
  assert.deepEqual([may('signedIn'), may('signedIn', { name: 'Ida' })], [false, false]);
  answer.value = '';
  assert.deepEqual([may('new'), may('returning'), may('signedIn', { name: 'Ida' })], [true, false, true]);
  screen.value = { chat: 'c-0' };
  assert.equal(may('returning'), true, 'what has begun goes on');

  // More is asked by now than when it was opened: what was written waits for it, and goes once.
  screen.value = 'new';
  visitor.value = { name: '', email: '', audience: 'new' };
  asks.new = { ...nothing, question: 'Which lamp?', answer: 'required' };
  refuses = 'There is a question to answer before you write.';
  doing.send('My lamp hums', []);
  await settled();
  assert.deepEqual([waiting.value[0]?.failed, answer.value, doing.mayBegin()], [refuses, null, false]);
  refuses = '';
  answer.value = 'Fjord';
  assert.equal(doing.mayBegin(), true);
  doing.retry(String(waiting.value[0]?.clientId));
  await settled();
  const sent = asked.filter(({ path }) => path === '/messages').map(({ body }) => body);
  assert.deepEqual(
    sent.map((body) => [body.text, body.answer]),
    [
      ['My lamp hums', ''],
      ['My lamp hums', 'Fjord'],
    ],
  );
  assert.equal(sent[0]?.clientId, sent[1]?.clientId, 'the same message');
  // From then on they come back, and the next conversation has its own questions.
  assert.deepEqual([screen.value, answer.value, visitor.value.audience], [{ chat: 'c-1' }, null, 'returning']);
  screen.value = 'new';
  assert.equal(doing.mayBegin(), false);
  await doing.introduce({ email: 'ida@customer.example' });
  assert.equal(doing.mayBegin(), true);
  doing.ended();
});
