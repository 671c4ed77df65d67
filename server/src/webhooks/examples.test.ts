import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel, root } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { cursorAtNow, readEvents } from '../base/events.ts';
import { quoted } from '../base/reasons.ts';
import { assign, edit, move, note, setStatus, tag } from '../conversations/change.ts';
import { deleteForGood } from '../conversations/delete-for-good.ts';
import { deliver } from '../conversations/deliver.ts';
import { Declined } from '../conversations/index.ts';
import { merge } from '../conversations/merge.ts';
import { reply } from '../conversations/reply.ts';
import { changeCustomer } from '../customers/change.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { announce } from './announce.ts';
import { makeWebhook } from './keep.ts';
import { allTypes } from './types.ts';

// docs/webhook-examples.md shows what really leaves. After a change: WRITE_EXAMPLES=1 node --test server/src/webhooks/examples.test.ts

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());
const page = join(root, 'docs/webhook-examples.md');

/** Ids and times of every run are others: each is shown as one that stays, the same one for the same. */
function settled(body: string, known: Map<string, string>): string {
  const place = (found: string, made: (n: number) => string): string => {
    if (!known.has(found)) known.set(found, made(known.size + 1));
    return known.get(found) as string;
  };
  return body
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (found) =>
      place(found, (n) => `0193a1c4-0000-7000-8000-${String(n).padStart(12, '0')}`),
    )
    .replace(/support-[0-9a-f]{6}@/g, 'support@')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, '2026-11-26T09:30:00.000Z');
}

test('Every kind of event has its example in docs/webhook-examples.md, as it is really sent', async () => {
  const { owner } = w.people;
  const cursor = await cursorAtNow(w.hearten.db);
  await w.tx((t) => makeWebhook(t, w.hearten, { address: 'https://hooks.example/in' }));
  const tell = async (): Promise<void> => {
    const events = (await readEvents(w.hearten.db, cursor)).filter((event) => event.workspace_id === w.workspaceId);
    await w.tx((t) => announce(t, w.hearten.jobs, 'https://desk.example', events));
  };
  const did = async (work: Promise<unknown>): Promise<void> => {
    await work;
    await tell();
  };
  const from = { address: 'claire@atelier.example', name: 'Claire Dubois' };
  const [first] = await w.receive({ from, subject: 'A broken lamp', text: 'It does not light up.' });
  const [second] = await w.receive({ from: { address: 'c.dubois@home.example', name: 'C. Dubois' }, text: 'Hello?' });
  await tell();
  const [id, other] = [first?.conversationId as string, second?.conversationId as string];
  await did(w.tx((t) => note(t, owner, id, { text: 'Out of warranty.' })));
  await did(w.tx((t) => assign(t, owner, id, { assigneeId: owner.id })));
  await did(w.tx((t) => tag(t, owner, id, { add: ['warranty'] })));
  await did(w.tx((t) => edit(t, owner, id, { priority: 'high' })));
  await did(w.tx((t) => setStatus(t, owner, id, 'resolved')));
  const channel = keepingChannel();
  const answer = async (): Promise<void> => {
    const sent = JSON.parse(
      (await w.tx((t) => reply(t, () => channel, owner, id, { text: 'A new one is on its way.', after: 'open' }))).json,
    ) as { message: { id: string } };
    await deliver(w.hearten, () => channel, w.workspaceId, sent.message.id);
  };
  await did(answer());
  channel.answer = () => Promise.reject(Declined(quoted('550 no such mailbox')));
  await did(answer());
  await did(w.tx((t) => move(t, owner, id, 'trash')));
  await did(w.tx((t) => move(t, owner, id, 'inbox')));
  const customers = await w.tx((t) =>
    t.many<{ id: string }>(
      sql`select customer_id as id from conversation where workspace_id = ${t.workspaceId} and id = any (${[other, id]}::uuid[]) order by number desc`,
    ),
  );
  const [theirs, hers] = customers.map((row) => row.id) as [string, string];
  await did(w.tx((t) => changeCustomer(t, { kind: 'person', id: owner.id }, hers, { role: 'Architect' })));
  await did(w.tx((t) => mergeCustomers(t, owner, theirs, hers)));
  await did(w.tx((t) => merge(t, owner, other, id)));
  const rows = await w.tx((t) =>
    t.many<{ type: string; body: string }>(
      sql`select distinct on (type) type, body from webhook_delivery where workspace_id = ${t.workspaceId} order by type, created_at, id`,
    ),
  );
  await did(w.tx((t) => move(t, owner, id, 'trash')));
  await did(w.tx((t) => deleteForGood(t, { kind: 'person', id: owner.id }, id)));
  const [deleted] = await w.tx((t) =>
    t.many<{ type: string; body: string }>(
      sql`select type, body from webhook_delivery where workspace_id = ${t.workspaceId} and type = 'conversation.deleted'`,
    ),
  );
  if (deleted) rows.push(deleted);
  const known = new Map<string, string>();
  const made = new Map(
    allTypes.map((type) => {
      const row = rows.find((one) => one.type === type);
      assert.ok(row, `${type} was not sent`);
      return [type, JSON.stringify(JSON.parse(settled(row.body, known)), null, 2)];
    }),
  );
  assert.ok(![...made.values()].some((body) => body.includes('Out of warranty')), 'a note stays inside');
  const start = '<!-- examples: written by a test -->';
  const text = readFileSync(page, 'utf8');
  const [before_] = text.split(start);
  const shown = [...made].map(([type, body]) => `### ${type}\n\n\`\`\`json\n${body}\n\`\`\`\n`).join('\n');
  const wanted = `${before_}${start}\n\n${shown}`;
  if (process.env.WRITE_EXAMPLES) writeFileSync(page, wanted);
  else assert.equal(text, wanted, 'docs/webhook-examples.md shows something else: WRITE_EXAMPLES=1 writes it anew');
});
