import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Opened, Spam } from '@hearten/contract';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import type { Json } from '../../base/module.ts';
import { addSender } from '../../customers/senders.ts';
import { notify } from '../../notifications/who.ts';
import { assign, setStatus, snooze, wake } from '../change.ts';
import type { Incoming, Sign } from '../channel.ts';
import { list } from '../list.ts';
import { openConversation } from '../open.ts';
import { file } from './file.ts';
import { setThreshold, why } from './settings.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const heavy: Sign[] = [{ rule: 'host', points: 6, words: 'Your mail host marked it as spam (X-Spam-Flag: YES)' }];
const forged: Incoming['authentication'] = {
  verdict: 'failed',
  spf: 'fail',
  dkim: 'none',
  dmarc: 'fail',
  arc: null,
  domain: 'bank.example',
  by: 'host',
  checking: false,
};
type Row = {
  folder: string;
  status: string;
  waiting_since: string | null;
  snoozed_until: string | null;
  spam: Spam;
  last_at: string;
};
const rowOf = async (id: string | null | undefined): Promise<Row> =>
  (await w.tx((t) =>
    t.first<Row>(
      sql`select folder, status, waiting_since, snoozed_until, spam, last_at from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  )) as Row;
const arrive = async (more: Partial<Incoming>): Promise<string> => (await w.receive(more))[0]?.conversationId as string;
const read = <T>(json: Json): T => JSON.parse(json.json) as T;
const lastEvents = (id: string, n = 1): Promise<EventRow[]> =>
  w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name not like 'notification%' order by id desc limit ${n}`,
    ),
  );
const told = async (id: string): Promise<number> =>
  (
    (await w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from notification where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
      ),
    )) as { n: number }
  ).n;

test('what opens with spam lies in the spam folder with its reasons, waits for nobody and tells nobody', async () => {
  const id = await arrive({ signs: heavy, subject: 'You have won' });
  const row = await rowOf(id);
  assert.deepEqual([row.folder, row.waiting_since], ['spam', null]);
  assert.deepEqual(row.spam, { score: 6, threshold: 5, reasons: heavy, folder: 'spam', by: null, at: null });
  await w.tx(async (t) => notify(t, await lastEvents(id), w.hearten.jobs));
  assert.equal(await told(id), 0);
  const page = read<{ items: ConversationRow[] }>(
    await w.tx((t) => list(t, w.people.representative, { view: 'spam' })),
  );
  assert.equal(page.items.find((item) => item.id === id)?.spam?.reasons[0]?.words, heavy[0]?.words);
});

test('what is found not to be spam stands in the inbox, waits since it came, and is told to the others once', async () => {
  const id = await arrive({ signs: heavy, receivedAt: new Date(Date.now() - 3 * 3_600_000).toISOString() });
  const came = (await rowOf(id)).last_at;
  await w.tx((t) => file(t, w.people.lead, id, { folder: 'inbox' }));
  const row = await rowOf(id);
  assert.deepEqual([row.folder, row.waiting_since], ['inbox', came]);
  const moved = await lastEvents(id);
  await w.tx((t) => notify(t, moved, w.hearten.jobs));
  await w.tx((t) => notify(t, moved, w.hearten.jobs));
  assert.equal(await told(id), 4, 'everyone who answers, but not the one who found it');
});

test('a mail from who takes part or was written to is not hidden, whatever is found in it; a forgery in their name is', async () => {
  const from = { address: 'claire@known.example', name: 'Claire' };
  const id = await arrive({ from });
  await w.tx((t) =>
    t.run(sql`insert into message (workspace_id, id, conversation_id, type, author_id, state, text)
      values (${w.workspaceId}, ${crypto.randomUUID()}, ${id}, 'out', ${w.people.lead.id}, 'sent', 'We sent it.')`),
  );
  const next = await rowOf(await arrive({ from, signs: heavy }));
  assert.equal(next.folder, 'inbox');
  assert.equal(next.spam.reasons[0]?.words, 'You have written to this sender before');
  const answer = await arrive({ from, token: id, signs: heavy });
  assert.equal(answer, id);
  assert.notEqual((await rowOf(id)).waiting_since, null);
  const fake = await rowOf(await arrive({ from, signs: heavy, authentication: forged }));
  assert.equal(fake.folder, 'spam');
  assert.match(
    fake.spam.reasons.map((r) => r.words).join('; '),
    /bank\.example, says this mail is forged \(DMARC fail\)/,
  );
});

test('a mail that came through says why it was not spam', async () => {
  const id = await arrive({ signs: [{ rule: 'capitals', points: 0.6, words: 'Its subject is all in capitals' }] });
  const { spam } = read<{ spam: Spam }>(await w.tx((t) => why(t, id)));
  assert.deepEqual([spam.score, spam.threshold, spam.folder], [0.6, 5, 'inbox']);
  const opened = read<Opened>(await w.tx((t) => openConversation(t, w.people.lead, id)));
  assert.equal(opened.conversation.spam, null);
});

test('the nearer word about a sender counts, and says who said it and when; a forgery is not let in by the list', async () => {
  const one = (name: string) => ({ from: { address: `${name}@lists.example`, name: '' } });
  await w.tx((t) => addSender(t, w.people.lead, 'blocked', '@lists.example'));
  await w.tx((t) => addSender(t, w.people.lead, 'allowed', 'good@lists.example'));
  const blocked = await rowOf(await arrive(one('bad')));
  assert.equal(blocked.folder, 'spam');
  assert.match(
    blocked.spam.reasons[0]?.words ?? '',
    /^Everyone at lists\.example was blocked by The lead on \w+ \d+, \d{4}$/,
  );
  assert.equal((await rowOf(await arrive({ ...one('good'), signs: heavy }))).folder, 'inbox');
  const fake = await rowOf(await arrive({ ...one('good'), signs: heavy, authentication: forged }));
  assert.equal(fake.folder, 'spam');
  assert.match(
    fake.spam.reasons.map((r) => r.words).join('; '),
    /allowed by The lead on .+, but this mail is not from there/,
  );
});

test('a blocked sender who takes part wakes nothing, waits for nobody and tells nobody; nor does more mail in the spam folder', async () => {
  const from = { address: 'loud@thread.example', name: 'Loud' };
  const id = await arrive({ from });
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  await w.tx((t) => addSender(t, w.people.lead, 'blocked', from.address));
  assert.equal(await arrive({ from, token: id }), id);
  const row = await rowOf(id);
  assert.deepEqual([row.status, row.folder], ['resolved', 'inbox']);
  const before = await told(id);
  await w.tx(async (t) => notify(t, await lastEvents(id), w.hearten.jobs));
  assert.equal(await told(id), before);

  const hidden = await arrive({ signs: heavy, from: { address: 'more@spam.example', name: '' } });
  assert.equal(await arrive({ token: hidden, from: { address: 'more@spam.example', name: '' } }), hidden);
  const more = await rowOf(hidden);
  assert.deepEqual([more.folder, more.waiting_since], ['spam', null]);
  await w.tx(async (t) => notify(t, await lastEvents(hidden, 2), w.hearten.jobs));
  assert.equal(await told(hidden), 0);
  await w.tx((t) => setStatus(t, w.people.lead, hidden, 'resolved'));
  await w.tx((t) => setStatus(t, w.people.lead, hidden, 'open'));
  assert.equal((await rowOf(hidden)).waiting_since, null, 'opened in the spam folder it still waits for nobody');
});

test('a snooze that ends in the spam folder tells nobody', async () => {
  const id = await arrive({});
  await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: w.people.lead.id }));
  await w.tx((t) => snooze(t, w.people.lead, id, new Date(Date.now() + 60_000).toISOString()));
  await w.tx((t) => file(t, w.people.owner, id, { folder: 'spam' }));
  await w.tx((t) =>
    t.run(sql`update conversation set snoozed_until = now() where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  await w.tx((t) => wake(t, id));
  const [woke] = await lastEvents(id);
  assert.equal(woke?.name, 'conversation.woke');
  await w.tx((t) => notify(t, [woke as EventRow], w.hearten.jobs));
  assert.equal(await told(id), 0);
});

test('spam with its sender blocked, and the way back: one decision each, and the row says who decided', async () => {
  const from = { address: 'pushy@shop.example', name: 'Pushy' };
  const id = await arrive({ from });
  await w.tx((t) => file(t, w.people.lead, id, { folder: 'spam', block: true }));
  const { spam } = await rowOf(id);
  assert.deepEqual([spam.by, spam.folder, spam.at !== null], [w.people.lead.id, 'inbox', true]);
  assert.equal((await rowOf(await arrive({ from }))).folder, 'spam');
  await w.tx((t) => file(t, w.people.lead, id, { folder: 'inbox', block: false }));
  assert.equal((await rowOf(id)).spam.by, null);
  assert.equal((await rowOf(await arrive({ from }))).folder, 'inbox');
});

test('allowing a whole house from one of its mails also takes back the block of that address', async () => {
  const from = { address: 'sales@house2.example', name: '' };
  await w.tx((t) => addSender(t, w.people.lead, 'blocked', from.address));
  const id = await arrive({ from });
  await w.tx((t) => file(t, w.people.lead, id, { folder: 'inbox', allow: 'domain' }));
  const next = await rowOf(await arrive({ from: { address: 'other@house2.example', name: '' }, signs: heavy }));
  assert.deepEqual([next.folder, (await rowOf(await arrive({ from, signs: heavy }))).folder], ['inbox', 'inbox']);
});

test('how strict the filter is holds from the next mail on; the same mail is spam to one workspace and not to another', async () => {
  await w.tx((t) => setThreshold(t, w.people.owner, 7));
  assert.equal((await rowOf(await arrive({ signs: heavy }))).folder, 'inbox');
  await w.tx((t) => setThreshold(t, w.people.owner, 5));
  assert.equal((await rowOf(await arrive({ signs: heavy }))).folder, 'spam');
});
