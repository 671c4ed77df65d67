import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, fakeFrame, visited } from './fake-frame.ts';

type Value<T> = { value: T };
type Doing = {
  begin: () => Promise<void>;
  send: (text: string, files: []) => void;
  leave: () => void;
};
type State = {
  onChange: (drawn: () => void) => void;
  ready: Value<boolean>;
  online: Value<boolean>;
  trouble: Value<string>;
  screen: Value<unknown>;
  draft: Value<string>;
  waiting: Value<{ clientId: string; text: string; failed: string | null; sent: boolean }[]>;
};
const chat = { id: 'c-1', status: 'open', lastSeq: 1, readSeq: 1, unread: 0, lastAt: '2026-01-01T00:00:00Z' };
const WORDS = 'hearten:shop:words';

test('What is written while nobody answers waits, and goes by itself in its order, once; a page that is left takes it along, and signing out does not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.UTC(2026, 0, 1) });
  const frame = await fakeFrame();
  const w = { ...(await frame.load<Doing>('doing.ts')), ...(await frame.load<State>('state.ts')) };
  const { keepWords } = await frame.load<{ keepWords: () => void }>('keep-words.ts');
  w.onChange(keepWords);
  const { settled, of } = frame;
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await settled();
  };
  const said = (): unknown[] => of('/messages').map(({ body }) => body.text);
  const unsent = (): unknown[] => w.waiting.value.map(({ text, failed, sent }) => [text, failed, sent]);
  const good = ({ path }: { path: string }): Answer =>
    path === '/visit' ? visited('first', [chat]) : path === '/messages' ? [201, { chat: 'c-1' }] : [200, { items: [] }];

  // Too many begin at once: as long as it was told to wait it waits, then it is there without being asked for again.
  frame.reply = () => [429, { detail: 'Too many requests.' }, { 'retry-after': '7' }];
  await w.begin();
  assert.deepEqual([w.ready.value, w.trouble.value, w.online.value], [false, 'Too many requests.', true]);
  await pass(6_900);
  assert.equal(of('/visit').length, 1);
  // Then nobody can do it for a while.
  frame.reply = () => [503, {}];
  await pass(7_200);
  assert.equal(of('/visit').length, 2);
  assert.equal(w.online.value, false, 'what is written is sent when it is back: that is said');
  // What this tab had written on the page before is there again, and goes first.
  const before = { ...{ clientId: 'before', chat: 'c-1', text: 'From the page before', files: [], at: '' } };
  const kept = { ...before, failed: null, sent: false, greeting: null, context: null };
  frame.ofTab.set(
    WORDS,
    JSON.stringify(['first', [kept, { ...kept, clientId: 'x', sent: true }], { 'c-1': 'And the' }]),
  );
  frame.reply = good;
  await pass(10_000);
  assert.deepEqual([w.ready.value, w.trouble.value, w.online.value], [true, '', true]);
  assert.deepEqual(said(), ['From the page before']);
  w.screen.value = { chat: 'c-1' };
  assert.equal(w.draft.value, 'And the');

  // No answer, then one of a proxy: nothing failed, nothing overtakes.
  for (const [reply, name] of [
    ['away', 'nobody'],
    [[502, {}], 'a proxy'],
  ] as const) {
    frame.asked.length = 0;
    w.waiting.value = [];
    frame.reply = () => reply as Answer | 'away';
    w.send(`First, and ${name} is there`, []);
    await settled();
    w.send('Second', []);
    await settled();
    assert.deepEqual(unsent(), [
      [`First, and ${name} is there`, null, false],
      ['Second', null, false],
    ]);
    assert.ok(!said().includes('Second'));
    // The line is tried again as soon as something got through, however long it would have waited by itself.
    for (let n = 0; n < 8; n++) {
      frame.sockets.at(-1)?.onclose?.();
      await pass(30_000);
    }
    frame.reply = good;
    let tried = 0;
    for (let n = 0; n < 200 && !said().includes('Second'); n++) {
      frame.sockets.at(-1)?.onclose?.();
      tried = frame.sockets.length;
      await pass(400);
    }
    assert.ok(frame.sockets.length > tried);
    await pass(60_000);
    assert.deepEqual(said().slice(-2), [`First, and ${name} is there`, 'Second']);
    assert.equal(new Set(of('/messages').map(({ body }) => body.clientId)).size, 2, 'the same two messages');
    assert.ok(w.waiting.value.every(({ sent }) => sent));
  }

  // When the line is back it is not waited for any longer.
  frame.reply = () => 'away';
  w.send('When the line opens', []);
  await settled();
  frame.asked.length = 0;
  frame.reply = good;
  frame.sockets.at(-1)?.opens();
  await settled();
  assert.deepEqual(
    frame.sockets
      .at(-1)
      ?.said.filter(({ type }) => type === 'say')
      .map(({ text }) => text),
    ['When the line opens'],
  );
  await pass(8_000); // nothing was heard: once more, the other way
  assert.deepEqual(said(), ['When the line opens']);

  // What the server fails at time and again says so, and holds up nothing else.
  frame.sockets.at(-1)?.close();
  w.waiting.value = [];
  frame.asked.length = 0;
  frame.reply = (one) => (one.body.text === 'Cursed' ? [500, { detail: 'It is in the log.' }] : good(one));
  w.send('Cursed', []);
  w.send('Blessed', []);
  for (let n = 0; n < 6; n++) await pass(60_000);
  assert.deepEqual(unsent(), [
    ['Cursed', 'It is in the log.', false],
    ['Blessed', null, true],
  ]);

  // Kept in this tab while it is written, under the name of whoever wrote it; signed out, nothing is.
  w.draft.value = 'Half a sent';
  await settled();
  const [whose, words, written] = JSON.parse(frame.ofTab.get(WORDS) ?? '[]') as [string, unknown[], object];
  assert.deepEqual([whose, words.length, written], ['first', 2, { 'c-1': 'Half a sent' }]);
  w.leave();
  await settled();
  assert.deepEqual([...frame.ofTab], []);
  // And whoever comes next takes nothing up that lies there.
  frame.ofTab.set(WORDS, JSON.stringify(['first', [kept], { '': 'A secret' }]));
  frame.asked.length = 0;
  frame.reply = (one) => (one.path === '/visit' ? visited('second') : good(one));
  await w.begin();
  await settled();
  assert.deepEqual([w.waiting.value, w.draft.value, said()], [[], '', []]);
  // Nor on a page that is loaded anew, where nothing is known but what lies there.
  const anew = await frame.load<{ takeUpWords: (by: string) => void }>('keep-words.ts?anew');
  frame.ofTab.set(WORDS, JSON.stringify(['first', [kept], { '': 'A secret' }]));
  anew.takeUpWords('second');
  assert.deepEqual([w.waiting.value, w.draft.value], [[], '']);
  w.leave();
});
