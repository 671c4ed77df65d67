import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Filter, Query, Reply } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { edit, note, tag } from './change.ts';
import { countMatching, countViews, landmarks, list } from './list.ts';
import { saveView } from './saved-views.ts';
import { search } from './search.ts';
import { file } from './spam/file.ts';
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
const asked = async (q: Partial<Query<'GET /search'>>, at: Desk) =>
  JSON.parse((await at.tx((t) => search(t, at.people.viewer, q as Query<'GET /search'>))).json) as Reply<'GET /search'>;

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

test('filters narrow words, and find by themselves; a name in from: forgives a typo and says whom it took', async () => {
  const at = await w.another();
  const long = { address: 'mara@whitfield.example', name: 'Mara Whitfield' };
  const [one, two] = await at.receive(
    { subject: 'Broken shade', text: 'The shade of my lamp is cracked.', from: long },
    {
      subject: 'Invoice again',
      text: 'The lamp invoice is attached.',
      from: { address: 'ben@other.example', name: 'Ben Okoro' },
      attachments: [
        { part: 0, filename: 'Invoice.PDF', contentType: 'application/pdf', size: 9, inline: false, contentId: null },
      ],
    },
  );
  await at.receive(...Array.from({ length: 40 }, (_, n) => ({ text: `A lamp, number ${n}` })));
  const id = one?.conversationId as string;
  await at.tx((t) => tag(t, at.people.lead, id, { add: ['fragile'] }));
  await at.tx((t) => note(t, at.people.lead, id, { text: 'Send her a glass one.' }));
  const subjects = async (q: Partial<Query<'GET /search'>>) =>
    (await asked(q, at)).items.map((i) => i.conversation.subject);
  assert.deepEqual(await subjects({ q: 'lamp', from: 'whitf' }), ['Broken shade']);
  assert.deepEqual(await subjects({ q: 'lamp', tag: 'fragile' }), ['Broken shade']);
  assert.deepEqual(await subjects({ q: 'lam', subject: 'INVOICE' }), ['Invoice again'], 'an unfinished word');
  assert.deepEqual(await subjects({ tag: 'fragile' }), ['Broken shade']);
  assert.deepEqual(await subjects({ has: 'pdf' }), ['Invoice again']);
  assert.deepEqual(await subjects({ has: 'attachment', q: 'lamp' }), ['Invoice again']);
  assert.deepEqual(await subjects({ has: 'note' }), ['Broken shade']);
  assert.deepEqual(await subjects({ has: 'image' }), []);
  assert.equal((await subjects({ q: 'lamp', to: at.inboxAddress, limit: 50 })).length, 42);
  assert.deepEqual(await subjects({ q: 'lamp', to: 'nobody@else.example' }), []);
  assert.deepEqual(await subjects({ q: 'lamp', from: 'whitfield', status: 'waiting' }), []);
  const typo = await asked({ from: 'whitfeild' }, at);
  assert.deepEqual(
    typo.items.map((i) => i.conversation.subject),
    ['Broken shade'],
  );
  assert.deepEqual(typo.near, ['Mara Whitfield']);
  assert.deepEqual((await asked({ from: 'whitfield' }, at)).near, []);
  await at.tx((t) => file(t, at.people.lead, two?.conversationId as string, { folder: 'spam' }));
  assert.deepEqual(await subjects({ subject: 'invoice' }), ['Invoice again'], 'spam is searched too');
  await at.tx((t) => edit(t, at.people.lead, id, { subject: 'Broken glass' }));
  assert.deepEqual(await subjects({ subject: 'glas' }), ['Broken glass'], 'a subject that was changed');
  assert.deepEqual(await subjects({ subject: 'invoice', status: 'open' }), [], 'what speaks of work means the inbox');
  assert.deepEqual(await subjects({ view: 'spam' }), ['Invoice again']);
});
test('a hit says why it is one: number, subject, message, note or sender', async () => {
  const at = await w.another();
  const [one] = await at.receive({
    subject: 'Zinc parts',
    text: 'The socket rattles.',
    from: { address: 'ida@quell.example', name: 'Ida Quell' },
  });
  await at.tx((t) => note(t, at.people.lead, one?.conversationId as string, { text: 'Ask the foundry.' }));
  const why = async (q: string) => {
    const [hit] = (await asked({ q }, at)).items;
    return hit && [hit.where, hit.where === 'subject' ? hit.subject : hit.excerpt, hit.said?.name];
  };
  assert.deepEqual(await why('zinc'), ['subject', '«Zinc» parts', 'Ida Quell']);
  assert.deepEqual(await why('rattles'), ['message', 'socket «rattles»', 'Ida Quell']);
  assert.equal((await why('foundry'))?.[0], 'note');
  assert.equal((await why('foundry'))?.[2], 'The lead');
  assert.equal((await why('quell'))?.[0], 'sender');
  assert.equal((await why('#1'))?.[0], 'number');
  await assert.rejects(asked({}, at), /Say what to look for/);
});
test('words and filters page through all there is, each once; a common word that the filters leave little of is found too', async () => {
  const at = await w.another();
  const all = await at.receive(...Array.from({ length: 470 }, (_, n) => ({ text: `Everyday words, number ${n}` })));
  for (const n of [3, 7, 11])
    await at.tx((t) => tag(t, at.people.lead, all[n]?.conversationId as string, { add: ['seldom'] }));
  assert.equal((await asked({ q: 'everyday', tag: 'seldom' }, at)).items.length, 3);
  for (const q of [
    { q: 'everyday', status: 'open' as const },
    { q: 'everyday', tag: 'seldom' },
    { to: at.inboxAddress },
  ]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await asked({ ...q, limit: q.tag ? 2 : 100, ...(cursor ? { cursor } : {}) }, at);
      seen.push(...page.items.map((i) => i.conversation.id));
      cursor = page.next ?? undefined;
    } while (cursor);
    assert.equal(seen.length, q.tag ? 3 : 470);
    assert.equal(new Set(seen).size, seen.length);
  }
  // What lies in spam and trash stands in its place among the rest, page by page.
  for (const n of [1, 30, 200, 440, 469])
    await at.tx((t) => file(t, at.people.lead, all[n]?.conversationId as string, { folder: n % 2 ? 'spam' : 'trash' }));
  const seen: { id: string; lastAt: string }[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await asked({ to: at.inboxAddress, limit: 50, ...(cursor ? { cursor } : {}) }, at);
    seen.push(...page.items.map((i) => i.conversation));
    if (!page.next) break;
    cursor = page.next;
  }
  assert.equal(new Set(seen.map(({ id }) => id)).size, 470);
  assert.deepEqual(
    seen.map(({ lastAt }) => lastAt),
    seen
      .map(({ lastAt }) => lastAt)
      .sort()
      .reverse(),
  );
  for (const n of [1, 30, 200, 440, 469])
    await at.tx((t) => file(t, at.people.lead, all[n]?.conversationId as string, { folder: 'inbox' }));
  // Among the newest 400 places some pass, too few for a page: so many more are looked at as fill it, and it goes on after them.
  const now = all.filter((_, n) => n % 14 === 0);
  for (const one of now) await at.tx((t) => tag(t, at.people.lead, one.conversationId as string, { add: ['now'] }));
  const filled = await asked({ q: 'everyday ', tag: 'now' }, at);
  assert.equal(filled.items.length, 30);
  assert.match(filled.next ?? '', /^\d/, 'the words led');
  const rest = await asked({ q: 'everyday ', tag: 'now', cursor: filled.next as string }, at);
  assert.deepEqual(
    new Set([...filled.items, ...rest.items].map((i) => i.conversation.id)),
    new Set(now.map((one) => one.conversationId)),
  );
});

test('a tag that few have, or many, or nobody is found by search, lists, counts and landmarks alike, and in its own workspace alone', async () => {
  const [at, other] = [await w.another(), await w.another()];
  const all = (await at.receive(...Array.from({ length: 60 }, (_, n) => ({ text: `Tagged ${n}` })))).map(
    (one) => one.conversationId as string,
  );
  const few = all.filter((_, n) => n % 20 === 3);
  const many = all.filter((_, n) => n % 3 === 0);
  for (const id of few) await at.tx((t) => tag(t, at.people.lead, id, { add: ['few'] }));
  for (const id of many) await at.tx((t) => tag(t, at.people.lead, id, { add: ['many'] }));
  await at.tx((t) => file(t, at.people.lead, few[0] as string, { folder: 'spam' }));
  const seldom = (of: Desk, name: string) =>
    of.tx((t) => t.first<{ ids: string[] | null }>(sql`select seldom_tagged(${name}, 20) as ids`));
  assert.deepEqual(new Set((await seldom(at, 'few'))?.ids), new Set(few));
  assert.equal((await seldom(at, 'many'))?.ids, null, 'a list comes upon enough of them');
  assert.deepEqual((await seldom(other, 'few'))?.ids, []);
  const listed = async (of: Desk, name: string) => {
    const { items } = JSON.parse(
      (await of.tx((t) => list(t, of.people.lead, { tag: name, limit: 100 }))).json,
    ) as Reply<'GET /conversations'>;
    const { count } = await of.tx((t) => countMatching(t, of.people.lead, { tag: name }));
    const marks = await of.tx((t) => landmarks(t, of.people.lead, { tag: name }));
    assert.deepEqual([count, marks.count], [items.length, items.length], name);
    return items.length;
  };
  for (const [name, found, inbox] of [
    ['few', 3, 2],
    ['many', 20, 20 - (many.includes(few[0] as string) ? 1 : 0)],
    ['nobody', 0, 0],
  ] as const) {
    assert.equal((await asked({ tag: name, limit: 100 }, at)).items.length, found, name);
    assert.equal((await asked({ tag: name, q: 'tagged', limit: 100 }, at)).items.length, found, name);
    assert.equal(await listed(at, name), inbox, name);
    assert.equal(await listed(other, name), 0, name);
  }
  // The rail counts each saved view; two of the same tag, and one of none, ask for it once, together.
  const filters: Filter[] = [{ tag: 'few' }, { tag: 'few', status: 'open' }, { tag: 'many' }, {}];
  const views = await Promise.all(
    filters.map((filter) =>
      at.tx((t) => saveView(t, at.people.lead, { name: 'Tagged', icon: 'star', filter, for: 'me' })),
    ),
  );
  let doors = 0;
  const { counts } = await at.tx((t) =>
    countViews(
      {
        ...t,
        many: (query) => {
          if (JSON.stringify(query).includes('seldom_tagged')) doors++;
          return t.many(query);
        },
      },
      at.people.lead,
    ),
  );
  assert.deepEqual(
    [...views.map(({ view }) => counts[view.id]), doors],
    [2, 2, 20 - (many.includes(few[0] as string) ? 1 : 0), 59, 1],
  );

  // A workspace that is nearly alone on its machine is asked for by the tag first: it sees no more than its own by that either.
  const [theirs] = await other.receive({ text: 'Theirs' });
  await other.tx((t) => tag(t, other.people.lead, theirs?.conversationId as string, { add: ['few', 'theirs'] }));
  await at.tx((t) => t.run(sql`update counter set conversations = 400000 where workspace_id = ${t.workspaceId}`));
  const client = await at.hearten.db.connect();
  const alone = async (of: Desk): Promise<unknown> => {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [of.workspaceId]);
    return (await client.query('select nearly_alone($1) as is', [of.workspaceId])).rows[0].is;
  };
  assert.deepEqual([await alone(at), await alone(other)], [true, false]);
  await client.end();
  assert.deepEqual(new Set((await seldom(at, 'few'))?.ids), new Set(few));
  assert.deepEqual((await seldom(at, 'theirs'))?.ids, []);
  assert.deepEqual((await seldom(other, 'few'))?.ids, [theirs?.conversationId]);
  assert.equal((await at.tx((t) => countViews(t, at.people.lead))).counts[views[0]?.view.id ?? ''], 2);
});

test('a typo in a name that hundreds have finds all of theirs, and an unfinished word goes through its pages without a gap', async () => {
  const many = await desk();
  const people = Array.from({ length: 310 }, (_, n) => ({
    text: n === 0 ? 'A xylophone of glass.' : `Nothing much, ${n}`,
    from: { address: `w${n}@mail${n}.example`, name: `Anna${n} Whitfield` },
  }));
  await many.receive(...people);
  const found = await asked({ from: 'whitfeild', q: 'xylophone' }, many);
  assert.equal(found.items.length, 1, 'the oldest of them, beyond those who are looked at for the typo');
  assert.ok(found.near.every((name) => /Whitfield/.test(name)) && found.near.length > 0);

  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await find('nothi', { limit: 40, ...(cursor ? { cursor } : {}) }, many);
    seen.push(...page.items.map((item) => item.conversation.id));
    if (!page.next) break;
    cursor = page.next;
  }
  assert.equal(new Set(seen).size, 309);
  assert.equal(seen.length, 309);
  await many.end();
});

test('a name that nearly everybody has finds them among the newest, and one that only the newest have, all of them', async () => {
  const many = await desk();
  const people = (from: number, to: number, address: (n: number) => string) =>
    many.tx((t) =>
      t.run(sql`insert into search_name (workspace_id, customer_id, folded)
        select ${t.workspaceId}, uuidv7(make_interval(secs => n)), name from unnest(${Array.from({ length: to - from }, (_, n) => from + n)}::int[], ${Array.from({ length: to - from }, (_, n) => address(from + n))}::text[]) u (n, name)`),
    );
  const named = (said: string, most: number) =>
    many.tx((t) => t.many<{ id: string }>(sql`select customer_id as id from customers_called(${said}, ${most})`));
  const like = (said: string, most: number) =>
    many.tx((t) => t.many<{ id: string }>(sql`select customer_id as id from search_customers(${said}, ${most})`));
  await people(0, 3000, (n) => `p${n}@shop.example person ${n}`);
  assert.equal((await named('shop.example', 1501)).length, 1501, 'more than are told apart');
  assert.equal((await named('shop.example', 5000)).length, 3000, 'all, where they are fewer than were asked for');
  assert.equal((await like('shop.example', 5)).length, 5);
  await people(3000, 3100, (n) => `q${n}@late.example person ${n}`);
  assert.equal((await named('late.example', 1501)).length, 100, 'common among the newest alone');
  assert.equal((await named('person 17', 1501)).length, 111);
  assert.equal((await named('nobody at all', 1501)).length, 0);
  await many.end();
});

test('whichever way is quickest for a word, all it stands in is found once, newest first', async () => {
  const at = await desk();
  const [first] = await at.receive({ text: 'Halfway.' });
  const half = first?.conversationId as string;
  // As on a desk of a million, but for the size: many buckets, words that come often, seldom, only lately, or only long ago.
  await at.tx((t) =>
    t.run(sql`insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
      select ${t.workspaceId}, gen_random_uuid(), (lpad(to_hex(('x' || translate(left(${half}, 13), '-', ''))::bit(48)::bigint + (n / 2 - 1000)), 12, '0') || substr(replace(${half}, '-', ''), 13))::uuid, n / 40,
        array_to_tsvector(array_remove(array['word' || n % 3, 'pair' || n % 7, case when n % 90 = 0 then 'seldom' end, case when n > 3960 and n % 9 = 0 then 'lately' end,
          case when n < 3000 and n % 4 = 0 then 'formerly' end, case when n in (5, 1234, 3456) then 'thrice' end, case when n < 1500 and n % 50 = 0 then 'onceway' end], null))
      from generate_series(0, 3999) n`),
  );
  for (const conversations of [4000, 400_000]) {
    await at.tx((t) =>
      t.run(sql`update counter set conversations = ${conversations} where workspace_id = ${t.workspaceId}`),
    );
    for (const query of [
      'word1',
      'wor:*',
      'word1 & pair3',
      'seldom',
      'sel:*',
      'lat:*',
      'formerly',
      'formerl:*',
      'thrice',
      'thr:*',
      'once:*',
      'word2 & seldo:*',
      'never',
    ]) {
      const all = await at.tx((t) =>
        t.many<{ id: string }>(
          sql`select conversation_id as id from search_row where workspace_id = ${t.workspaceId} and words @@ ${query}::tsquery group by bucket, conversation_id order by bucket desc, conversation_id desc`,
        ),
      );
      for (const most of [50, 700]) {
        const found: string[] = [];
        let [high, below]: [number, string | null] = [100, null];
        for (;;) {
          const page = await at.tx((t) =>
            t.many<{ bucket: number; id: string }>(
              sql`select bucket, conversation_id as id from search_messages(${query}::tsquery, ${high}::int, ${below}::uuid, ${most})`,
            ),
          );
          found.push(...page.map(({ id }) => id));
          const last = page.at(-1);
          if (page.length < most || !last) break;
          [high, below] = [last.bucket, last.id];
        }
        assert.deepEqual(
          found,
          all.map(({ id }) => id),
          query,
        );
      }
    }
  }
  await at.end();
});
