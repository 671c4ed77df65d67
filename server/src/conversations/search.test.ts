import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { search } from './search.ts';
import { queryText, searchable } from './words.ts';

let w: Desk;
before(async () => {
  w = await desk();
  await w.receive(
    {
      subject: 'Blank label',
      text: 'The return label comes out blank from my printer.',
      from: { address: 'claire@atelier-dubois.example', name: 'Claire Dubois' },
    },
    {
      subject: 'Größe',
      text: 'Ist die Größe der Lampe änderbar?',
      from: { address: 'jonas@weber.example', name: 'Jonas Weber' },
    },
    {
      subject: '配送先',
      text: '明日届く予定の注文ですが、住所を変更したいです。',
      from: { address: 'sakura@example.jp', name: '田中 さくら' },
    },
  );
  await w.receive(...Array.from({ length: 45 }, (_, i) => ({ text: `Common words about a lamp number ${i}` })));
});
after(() => w.end());

const find = async (q: string, more: { limit?: number; cursor?: string } = {}, at: Desk = w) =>
  JSON.parse((await at.tx((t) => search(t, at.people.viewer, { q, ...more }))).json) as {
    items: { conversation: { subject: string; id: string; lastAt: string }; excerpt: string }[];
    customers: { name: string }[];
    next: string | null;
  };

test('a rare word, two words and an unfinished word find their conversation, with the words marked', async () => {
  for (const q of ['blank', 'label printer', 'label blan', 'BLANK'])
    assert.deepEqual(
      (await find(q)).items.map((i) => i.conversation.subject),
      ['Blank label'],
      q,
    );
  assert.match((await find('blank')).items[0]?.excerpt ?? '', /«blank»/);
  await w.receive({ text: 'Le mode « veilleuse » ne marche plus.' });
  assert.match(
    (await find('veilleuse')).items[0]?.excerpt ?? '',
    /“ «veilleuse» ”/,
    'quotes of the text are not marks',
  );
});
test('accents don’t matter, and words inside a Japanese sentence are found', async () => {
  assert.equal((await find('grosse')).items.length + (await find('größe')).items.length > 0, true);
  assert.deepEqual(
    (await find('anderbar')).items.map((i) => i.conversation.subject),
    ['Größe'],
  );
  assert.deepEqual(
    (await find('住所')).items.map((i) => i.conversation.subject),
    ['配送先'],
  );
  assert.deepEqual(
    (await find('注文')).items.map((i) => i.conversation.subject),
    ['配送先'],
  );
});
test('a name with a typo finds the customer', async () => {
  assert.deepEqual(
    (await find('clair dubios')).customers.map((c) => c.name),
    ['Claire Dubois'],
  );
  assert.deepEqual(
    (await find('weber')).customers.map((c) => c.name),
    ['Jonas Weber'],
  );
});
test('a common word pages through every conversation once, newest first', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await find('common', { limit: 20, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map((i) => i.conversation.id));
    cursor = page.next ?? undefined;
  } while (cursor);
  assert.equal(seen.length, 45);
  assert.equal(new Set(seen).size, 45);
});
test('another workspace’s words are never found, whatever is asked', async () => {
  const other = await w.another();
  await other.receive({ text: 'Nobody else has xylophone trouble.' });
  assert.equal((await find('xylophone', {}, other)).items.length, 1);
  assert.equal((await find('xylophone')).items.length, 0);
  // The function takes its workspace from the setting alone, and without one there is nothing.
  const nowhere = await w.hearten.db.read(
    '00000000-0000-0000-0000-000000000000',
    sql`select * from search_messages('xylophone'::tsquery, 1000000, null, 10)`,
  );
  assert.equal(nowhere.length, 0);
});
test('what people type never breaks the query', async () => {
  for (const q of [
    "it's",
    'a & | ! ( )',
    "'; drop table message; --",
    ':*',
    '"',
    '\\',
    '   ',
    '😀',
    'a'.repeat(300),
    '{{7*7}}',
  ])
    assert.ok(Array.isArray((await find(q.padEnd(1, 'x'))).items), q);
  assert.equal(queryText('print lab', true), "'print' & 'lab':*");
  assert.equal(queryText('print lab'), "'print' & 'lab'");
  assert.equal(queryText('AB-123', true), "'AB-123'");
  assert.equal(searchable('住所を'), ' 住所 所を ');
});
