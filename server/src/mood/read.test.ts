import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Mood } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { list } from '../conversations/list.ts';
import { inferMood } from './infer.ts';
import { readMoods } from './read.ts';
import { moodOf, sayMood } from './say.ts';

let w: Desk;
let read = '0';
before(async () => {
  w = await desk();
});
after(() => w.end());

/** Lets what came since be read, as the reaction does. */
async function catchUp(): Promise<void> {
  await w.tx(async (t) => {
    const events = await t.many<EventRow>(
      sql`select e.*, e.xid::text as xid from event e where e.workspace_id = ${w.workspaceId} and e.name = 'message.received' and e.id::text > ${read} order by e.id`,
    );
    read = events.at(-1)?.id ?? read;
    await readMoods(t, events);
  });
}
const felt = async (id: string): Promise<{ start: Mood | null; latest: Mood | null }> =>
  JSON.parse((await w.tx((t) => moodOf(t, id))).json);
const shown = async (mood: 'upset' | 'stuck' | 'either'): Promise<string[]> =>
  (
    JSON.parse((await w.tx((t) => list(t, w.people.owner, { view: 'all', mood }))).json) as { items: ConversationRow[] }
  ).items.map((row) => row.id);

test('the start is read from the first words, shown in the list only when somebody is upset or stuck', async () => {
  const made = await w.receive(
    { text: 'This is unacceptable, the third time nobody answers. I want to speak to a manager!' },
    { text: 'I cannot log in any more, I am stuck at the second step.' },
    { text: 'Which bulb fits the desk lamp?' },
    { text: 'I am away until Monday. This is unacceptable and useless.', kind: 'auto_reply', automatic: true },
    { text: 'Zażółć gęślą jaźń i proszę o odpowiedź w sprawie mojego zamówienia' },
  );
  const [upset, stuck, plain, away, unknown] = made.map((one) => one.conversationId as string) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await catchUp();
  assert.deepEqual(await shown('upset'), [upset]);
  assert.deepEqual(new Set(await shown('either')), new Set([upset, stuck]));
  const start = (await felt(upset)).start as Mood;
  assert.deepEqual([start.value, start.upset, start.source], [1, true, 'text']);
  assert.ok((start.confidence as number) > 0.5);
  assert.deepEqual([(await felt(plain)).start?.value, (await felt(plain)).start?.stuck], [3, false]);
  assert.equal((await felt(away)).start, null, 'a machine has no mood');
  assert.equal((await felt(unknown)).start, null, 'nothing is claimed of a language that is not known');

  // What happens afterwards is the latest, and takes the mark away again.
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, state, text, at) select workspace_id, gen_random_uuid(), conversation_id, inbox_id, 'out', 'sent', 'We are on it.', now() from message where workspace_id = ${w.workspaceId} and conversation_id = ${upset} limit 1`,
    ),
  );
  const first = await w.tx((t) =>
    t.first<{ external_id: string; address: string }>(
      sql`select external_id, sender->>'address' as address from message where workspace_id = ${w.workspaceId} and conversation_id = ${upset} and type = 'in'`,
    ),
  );
  await w.receive({
    text: 'Thank you so much, it works again!',
    inReplyTo: first?.external_id ?? null,
    references: [first?.external_id ?? ''],
    from: { address: first?.address ?? '', name: '' },
  });
  await catchUp();
  const later = await felt(upset);
  assert.deepEqual([later.start?.value, later.latest?.value], [1, 5]);
  assert.deepEqual(await shown('upset'), []);
});

test('who is upset or stuck and has waited longest comes first, over all pages of a queue', async () => {
  const made = await w.receive(
    ...Array.from({ length: 7 }, (_, n) => ({ text: `I cannot log in any more, I am stuck at step ${n}.` })),
  );
  const ids = made.map((one) => one.conversationId as string);
  await catchUp();
  // The last to write has waited longest: they wrote again today. One of them waits for nobody.
  await w.tx((t) =>
    t.run(
      sql`update conversation c set waiting_since = case when r.n = 4 then null else now() - make_interval(hours => r.n::int) end from unnest(${ids}::uuid[]) with ordinality as r (id, n) where c.workspace_id = ${w.workspaceId} and c.id = r.id`,
    ),
  );
  const seen: ConversationRow[] = [];
  let cursor: string | undefined;
  do {
    const q = { view: 'open', mood: 'stuck', order: 'waiting', limit: 2, ...(cursor ? { cursor } : {}) } as const;
    const page = JSON.parse((await w.tx((t) => list(t, w.people.owner, q))).json) as {
      items: ConversationRow[];
      next: string | null;
    };
    seen.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  const waited = seen.map((row) => row.waitingSince ?? row.lastAt);
  assert.deepEqual(waited, waited.toSorted(), 'the longest first');
  const ours = seen.map((row) => row.id).filter((id) => ids.includes(id));
  assert.deepEqual(
    ours.slice(0, 6),
    [6, 5, 4, 2, 1, 0].map((n) => ids[n]),
  );
  assert.equal(ours[6], ids[3], 'each once, and last who does not wait for us');
  await assert.rejects(
    w.tx((t) => list(t, w.people.owner, { view: 'all', order: 'waiting' })),
    /longest is told of the views open, mine and unassigned/,
  );
});

test('what a person says of the start stands before what was read, and can be taken back', async () => {
  const [made] = await w.receive({ text: 'Great, another update that deletes all my settings.' });
  const id = made?.conversationId as string;
  await catchUp();
  const before = (await felt(id)).start as Mood;
  await w.tx((t) => sayMood(t, w.people.representative, id, { value: 1 }));
  const said = (await felt(id)).start as Mood;
  assert.deepEqual(
    [said.value, said.upset, said.source, said.confidence, said.byId],
    [1, true, 'person', null, w.people.representative.id],
  );
  assert.ok((await shown('upset')).includes(id));
  await w.tx((t) => sayMood(t, w.people.lead, id, { value: null }));
  assert.deepEqual((await felt(id)).start, before);
  assert.ok(!(await shown('upset')).includes(id));
});

test('what they felt after our answer stays above the queue, whatever is said of the start', async () => {
  const from = { address: 'newer@people.example', name: '' };
  const [made] = await w.receive({ text: 'Which bulb fits the desk lamp?', from });
  const id = made?.conversationId as string;
  await catchUp();
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, state, text, at) select workspace_id, gen_random_uuid(), conversation_id, inbox_id, 'out', 'sent', 'This one.', now() from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} limit 1`,
    ),
  );
  const [first] = await w.tx((t) =>
    t.many<{ external_id: string }>(
      sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'in'`,
    ),
  );
  const answers = { inReplyTo: first?.external_id ?? null, references: [first?.external_id ?? ''], from };
  await w.receive({ text: 'This is unacceptable, it does not fit and I am furious!', ...answers });
  await catchUp();
  assert.ok((await shown('upset')).includes(id));
  await w.tx((t) => sayMood(t, w.people.lead, id, { value: 3 }));
  assert.deepEqual([(await felt(id)).start?.source, (await felt(id)).start?.value], ['person', 3]);
  assert.ok((await shown('upset')).includes(id), 'how they feel lately is newer');
  await w.receive({ text: 'Thank you so much, now it works!', ...answers });
  await catchUp();
  await w.tx((t) => sayMood(t, w.people.lead, id, { value: 1 }));
  assert.ok(!(await shown('upset')).includes(id), 'and they feel better since');
});

test('a mood is read in seven languages, and irony of plain words is not claimed to be sure', () => {
  const cases: [string, number][] = [
    ['Das ist eine Frechheit, ich warte seit Wochen!', 1],
    ['Je suis bloqué, impossible de me connecter.', 2],
    ['¿Cuál es el horario de la tienda?', 3],
    ['Obrigada, agora funcionou!', 4],
    ['本当にありがとうございました。素晴らしい対応に感動しました。', 5],
    ['هذا غير مقبول، أريد التحدث مع المدير', 1],
    ['Thank you, you are amazing!', 5],
  ];
  for (const [text, value] of cases) assert.equal(inferMood(text)?.value, value, text);
  assert.equal(inferMood(''), null);
  assert.ok((inferMood('a\u0000\ud800 b')?.confidence ?? 0) < 0.6);
});
