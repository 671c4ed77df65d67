import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { ConversationRow, Frame } from '@hearten/contract';
import { QueryClient } from '@tanstack/react-query';
import { receive } from '../live.ts';
import { message, opened, row } from '../testing.ts';
import { byMail, fetchEarlier, fetchMore, landmarksQuery, listQuery, openedQuery, partQuery, rows } from './data.ts';
import { headOf, listingOf, partsOf } from './listing.ts';

const me = '00000000-0000-7000-8000-0000000000f1';
const asked = { view: 'open' } as const;
const at = (n: number) => new Date(Date.UTC(2026, 10, 1) - n * 60_000).toISOString();
const one = (n: number, more: Partial<ConversationRow> = {}): ConversationRow =>
  row({ id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`, number: n, lastAt: at(n), ...more });
const change = (conversation: ConversationRow): Frame => ({
  type: 'change',
  event: 'conversation.changed',
  conversation,
  items: [],
  gone: [],
});

/** The network: each question waits until the test answers it. */
let questions: { url: string; answer: (body: unknown) => void }[] = [];
globalThis.fetch = ((url: string) =>
  new Promise<Response>((done) => {
    questions.push({ url, answer: (body) => done(new Response(JSON.stringify(body), { status: 200 })) });
  })) as typeof fetch;
const asks = async (): Promise<(typeof questions)[number]> => {
  for (;;) {
    const next = questions.shift();
    if (next) return next;
    await new Promise((done) => setTimeout(done, 1));
  }
};
let client: QueryClient;
beforeEach(() => {
  questions = [];
  client = new QueryClient();
});
afterEach(() => client.clear());
const numbers = () => rows(client.getQueryData(listQuery(asked, me).queryKey)).map((r) => r.number);
const first = async () => {
  const loaded = client.fetchQuery(listQuery(asked, me));
  (await asks()).answer({ items: [one(1), one(2), one(3)], next: 'after 3' });
  await loaded;
};

test('what frames change while the next page is on its way is there when it has come', async () => {
  await first();
  const more = fetchMore(client, asked, me);
  const again = fetchMore(client, asked, me);
  const question = await asks();
  assert.match(question.url, /cursor=after/);
  // Meanwhile one is resolved, a new one comes, and one from the page that is asked for moves to the top.
  receive(client, change(one(2, { status: 'resolved', version: 2 })), me);
  receive(client, change(one(9, { lastAt: at(-1) })), me);
  receive(client, change(one(5, { lastAt: at(-2), version: 2 })), me);
  assert.deepEqual(numbers(), [5, 9, 1, 3]);
  // The answer was read before that.
  question.answer({ items: [one(4), one(5), one(6)], next: null });
  await Promise.all([more, again]);
  assert.deepEqual(numbers(), [5, 9, 1, 3, 4, 6]);
  assert.equal(questions.length, 0);
});

test('a list that is asked for again keeps its pages, and what frames changed while each of them was read', async () => {
  await first();
  const more = fetchMore(client, asked, me);
  (await asks()).answer({ items: [one(4), one(5)], next: 'after 5' });
  await more;
  const fresh = client.fetchQuery({ ...listQuery(asked, me), staleTime: 0 });
  (await asks()).answer({ items: [one(1), one(2), one(3)], next: 'after 3' });
  const second = await asks();
  receive(client, change(one(1, { status: 'resolved', version: 2 })), me);
  receive(client, change(one(4, { subject: 'Other', version: 3 })), me);
  second.answer({ items: [one(4), one(5)], next: 'after 5' });
  await fresh;
  assert.deepEqual(numbers(), [2, 3, 4, 5]);
  assert.equal(rows(client.getQueryData(listQuery(asked, me).queryKey)).find((r) => r.number === 4)?.subject, 'Other');
});

test('a frame does not make one forget that a list has to be asked for again', async () => {
  await first();
  await client.invalidateQueries({ queryKey: ['list'], refetchType: 'none' });
  receive(client, change(one(8, { lastAt: at(-1) })), me);
  assert.deepEqual(numbers(), [8, 1, 2, 3]);
  assert.equal(client.getQueryState(listQuery(asked, me).queryKey)?.isInvalidated, true);
});

test('a list is as long as it is from the start; what lies below is fetched where one looks, and frames reach it', async () => {
  await first();
  const marks = client.fetchQuery(landmarksQuery(asked, me));
  const landmark = await asks();
  assert.match(landmark.url, /landmarks.*cursor=after/);
  landmark.answer({ count: 5, every: 2, cursors: ['after 5', 'after 7'] });
  const known = await marks;
  const below = client.fetchQuery(partQuery(asked, 'after 5', me));
  (await asks()).answer({ items: [one(6), one(7)], next: 'after 7' });
  await below;
  const listing = () => {
    const head = headOf(rows(client.getQueryData(listQuery(asked, me).queryKey)), known);
    const part = (cursor: string) => client.getQueryData(partQuery(asked, cursor, me).queryKey);
    return listingOf(
      head,
      partsOf(known, head.length, part, () => undefined),
    );
  };
  const shown = () => Array.from({ length: listing().length }, (_, i) => listing().at(i)?.number ?? null);
  assert.deepEqual(shown(), [1, 2, 3, null, null, 6, 7, null]);
  assert.deepEqual([listing().indexOf({ number: 7 }), listing().indexOf({ number: 4 })], [6, -1]);
  // One of below moves up; one is changed where it stands; one above is resolved.
  receive(client, change(one(6, { lastAt: at(-5), version: 2 })), me);
  receive(client, change(one(7, { subject: 'Other', version: 2 })), me);
  receive(client, change(one(2, { status: 'resolved', version: 2 })), me);
  assert.deepEqual(shown(), [6, 1, 3, null, null, 7, null]);
  assert.equal(listing().at(5)?.subject, 'Other');
  // More of the top is loaded than the landmarks stand below: nothing stands there twice.
  const more = fetchMore(client, asked, me);
  (await asks()).answer({ items: [one(4), one(5)], next: 'after 5' });
  await more;
  assert.deepEqual(shown(), [6, 1, 3, null, null, 7, null]);
});

test('what mail leaves from before anybody chooses is no inbox for practice and no chat', () => {
  const inboxes = [
    { channel: 'email', address: 'support@practice-0123456789ab.invalid' },
    { channel: 'chat', address: '' },
    { channel: 'email', address: 'support@example.com' },
    { channel: 'email', address: 'sales@example.com' },
  ] as const;
  assert.deepEqual(
    byMail(inboxes).map(({ address }) => address),
    ['support@example.com', 'sales@example.com', 'support@practice-0123456789ab.invalid'],
  );
});

test('a conversation that is asked for again keeps the earlier messages one has gone back to, and leaves no gap', async () => {
  const said = (n: number) => message({ id: `m${n}`, at: `2026-11-01T08:0${n}:00+00:00` });
  const { queryKey } = openedQuery(row().id, me);
  const ids = () => client.getQueryData(queryKey)?.items.map((i) => i.id);
  const loaded = client.fetchQuery(openedQuery(row().id, me));
  (await asks()).answer(opened({ items: [said(5), said(6)], earlier: 'before 5' }));
  await loaded;
  const back = fetchEarlier(client, row().id);
  (await asks()).answer({ items: [said(3), said(4)], earlier: 'before 3' });
  await back;
  assert.deepEqual(ids(), ['m3', 'm4', 'm5', 'm6']);
  // The line was lost for a moment; meanwhile something new was said.
  const more = fetchEarlier(client, row().id);
  const late = await asks();
  const again = client.fetchQuery({ ...openedQuery(row().id, me), staleTime: 0 });
  (await asks()).answer(opened({ items: [said(6), said(7)], earlier: 'before 6' }));
  const gap = await asks();
  assert.match(gap.url, /items\?cursor=before\+6&limit=3/);
  gap.answer({ items: [said(3), said(4), said(5)], earlier: 'before 3 now' });
  await again;
  late.answer({ items: [said(1), said(2)], earlier: null });
  await more;
  assert.deepEqual(ids(), ['m3', 'm4', 'm5', 'm6', 'm7']);
});
