import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { move } from '../change.ts';
import type { Incoming, Verdict } from '../channel.ts';
import { senderChecked } from '../checked.ts';
import { learnFromMove } from './learn.ts';
import { rejudge } from './rejudge.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const open: Verdict = {
  verdict: 'unknown',
  spf: null,
  dkim: null,
  dmarc: null,
  arc: null,
  domain: 'bank.example',
  by: 'us',
  checking: true,
};
const failed: Verdict = { ...open, verdict: 'failed', spf: 'fail', dkim: 'none', dmarc: 'fail', checking: false };
const strange = [{ rule: 'reply-to', points: 1.5, words: 'Answers would go elsewhere, to x@elsewhere.example' }];
const arrives = async (more: Partial<Incoming> = {}): Promise<string> =>
  (await w.receive({ authentication: open, signs: strange, ...more }))[0]?.conversationId as string;
const events = (id: string, name: string): Promise<EventRow[]> =>
  w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = ${name} order by id`,
    ),
  );
const found = async (id: string, verdict: Verdict): Promise<void> => {
  await w.tx((t) => senderChecked(t, id, verdict));
  const told = (await events(id, 'message.checked')).at(-1) as EventRow;
  await w.tx((t) => rejudge(t, told));
};
type Row = {
  folder: string;
  waiting_since: string | null;
  spam: { score: number; folder: string; by: string | null; reasons: { words: string }[] };
};
const rowOf = async (id: string): Promise<Row> =>
  (await w.tx((t) =>
    t.first<Row>(
      sql`select folder, waiting_since, spam from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  )) as Row;

test('what turns out to be forged after it came goes to spam after all, waits for nobody, and teaches nothing', async () => {
  const id = await arrives();
  assert.equal((await rowOf(id)).folder, 'inbox');
  await found(id, failed);
  const row = await rowOf(id);
  assert.deepEqual([row.folder, row.waiting_since, row.spam.folder, row.spam.by], ['spam', null, 'spam', null]);
  assert.match(row.spam.reasons[0]?.words ?? '', /bank\.example, says this mail is forged \(DMARC fail\)/);
  const [moved] = await events(id, 'conversation.moved');
  assert.equal(moved?.actor_kind, 'system');
  await w.tx((t) => learnFromMove(t, moved as EventRow));
  const lessons = await w.tx((t) =>
    t.many(sql`select 1 from spam_lesson where workspace_id = ${w.workspaceId} and conversation_id = ${id}`),
  );
  assert.equal(lessons.length, 0);
});

test('in the spam folder what is found out later stands among the reasons, and screens are told', async () => {
  const id = await arrives({ signs: [{ rule: 'host', points: 6, words: 'x' }] });
  await found(id, { ...failed, verdict: 'unverified', spf: 'none', dmarc: 'none' });
  assert.deepEqual([(await rowOf(id)).folder, (await rowOf(id)).spam.score], ['spam', 6.5]);
  assert.equal((await events(id, 'conversation.judged')).length, 1);
});

test('what is proven, or was moved by a person meanwhile, stays where it is', async () => {
  const id = await arrives();
  await found(id, { ...failed, verdict: 'verified', spf: 'pass', dmarc: 'pass' });
  assert.deepEqual([(await rowOf(id)).folder, (await rowOf(id)).spam.score], ['inbox', 1.5]);

  const kept = await arrives();
  for (const folder of ['spam', 'inbox'] as const) await w.tx((t) => move(t, w.people.lead, kept, folder));
  await found(kept, failed);
  const row = await rowOf(kept);
  assert.deepEqual([row.folder, row.spam.score], ['inbox', 5.5]);
});

test('somebody who was written to is not spared when the mail is forged in their name', async () => {
  const from = { address: 'claire@bank.example', name: 'Claire' };
  const first = await arrives({ from, signs: [] });
  await w.tx((t) =>
    t.run(sql`insert into message (workspace_id, id, conversation_id, type, author_id, state, text)
      values (${w.workspaceId}, ${crypto.randomUUID()}, ${first}, 'out', ${w.people.lead.id}, 'sent', 'Hello')`),
  );
  const id = await arrives({ from, signs: [{ rule: 'host', points: 6, words: 'x' }] });
  assert.equal((await rowOf(id)).folder, 'inbox');
  await found(id, failed);
  assert.equal((await rowOf(id)).folder, 'spam');
});
