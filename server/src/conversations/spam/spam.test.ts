import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Opened, Spam } from '@hearten/contract';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import type { Json } from '../../base/module.ts';
import { notify } from '../../notifications/who.ts';
import type { Incoming, Sign } from '../channel.ts';
import { list } from '../list.ts';
import { openConversation } from '../open.ts';
import { file } from './file.ts';
import { why } from './settings.ts';

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
  await w.tx(async (t) => notify(t, await lastEvents(id)));
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
  await w.tx((t) => notify(t, moved));
  await w.tx((t) => notify(t, moved));
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
