import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { assign } from '../conversations/change.ts';
import { choicesOf, choose } from './choices.ts';
import { digest, writeDigest } from './digest.ts';
import { isQuiet, nextDigest } from './hours.ts';
import { digestKey } from './plan-digest.ts';
import { seeConversation } from './seen.ts';
import { tell } from './tell.ts';
import { notify } from './who.ts';

let w: Desk;
before(async () => {
  w = await desk({ SYSTEM_SMTP: 'smtp://127.0.0.1:9', SYSTEM_FROM: 'Hearten <desk@northwind.example>' });
});
after(() => w.end());

async function mails(): Promise<
  { id: string; payload: { written: { subject: string; text: string; html: string } } }[]
> {
  const client = await w.hearten.db.connect();
  try {
    const found = await client.query(
      `select p.id, p.payload from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id where j.task_identifier = 'system-mail' order by p.id`,
    );
    return found.rows;
  } finally {
    await client.end();
  }
}
/** A conversation given to the lead, and everyone told of it. */
async function given(more: Parameters<Desk['receive']>[0] = {}): Promise<string> {
  const [mail] = await w.receive(more);
  const id = mail?.conversationId as string;
  await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: w.people.lead.id }));
  const event = (await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = 'conversation.assigned'`,
    ),
  )) as EventRow;
  await w.tx((t) => notify(t, [event], w.hearten.jobs));
  const ids = await w.tx((t) =>
    t.many<{ id: string }>(
      sql`select id from notification where workspace_id = ${w.workspaceId} and event_id = ${event.id}`,
    ),
  );
  const payload = { workspaceId: w.workspaceId, notifications: ids.map((one) => one.id) };
  await tell(w.hearten)(payload, { number: 1, last: false });
  return id;
}
const ring = (): Promise<void> =>
  digest(w.hearten)({ workspaceId: w.workspaceId, personId: w.people.lead.id }, { number: 1, last: false });
const due = (within = '0'): Promise<number> =>
  w.tx((t) =>
    t.run(
      sql`update notification_choice set digest_at = now() + ${within}::interval where workspace_id = ${w.workspaceId} and person_id = ${w.people.lead.id}`,
    ),
  );

test('a person who is the whole team is interrupted by nothing but trouble; the rest comes together, once, without what they saw', async () => {
  const chose = await w.tx((t) => choose(t, w.hearten, w.people.lead, { preset: 'alone' }));
  assert.equal(chose.preset, 'alone');
  const seen = await given({ subject: 'Seen already' });
  const second = await given({ subject: 'The <b>lamp</b>', from: { address: 'mira@example.org', name: 'Mira' } });
  assert.ok(await w.jobAt(digestKey(w.people.lead.id)), 'planned');
  // Its hour may be this very one.
  await due('1 hour');
  await ring();
  assert.equal((await mails()).length, 0, 'not before its time');
  const event = { data: { personId: w.people.lead.id }, conversation_id: seen, at: new Date().toISOString(), depth: 0 };
  await w.tx((t) => seeConversation(t, event as unknown as EventRow));
  await due();
  await Promise.all([ring(), ring(), ring()]);
  const [mail, ...more] = await mails();
  assert.equal(more.length, 0, 'once, however many processes');
  const { subject, text, html } = mail?.payload.written ?? assert.fail();
  assert.equal(subject, '1 thing waits for you in Northwind Lamps');
  assert.match(text, /Assigned to you \(1\)/);
  assert.ok(text.includes(`/conversations/${second}`) && !text.includes('Seen already'));
  assert.ok(html.includes('&#60;b&#62;lamp') && !html.includes('<b>lamp'));
  await due();
  await ring();
  assert.equal((await mails()).length, 1, 'nothing when nothing waits');
});

test('what comes in quiet hours waits for the digest, and new hours move one that is planned', async () => {
  const me = w.people.lead;
  await w.tx((t) => choose(t, w.hearten, me, { preset: 'mine', quiet: { hours: null, days: [1, 2, 3, 4, 5, 6, 7] } }));
  await given();
  const before = await w.jobAt(digestKey(me.id));
  assert.ok(before);
  await w.tx((t) => choose(t, w.hearten, me, { digest: { at: ['03:07'], days: [1, 2, 3, 4, 5, 6, 7] } }));
  assert.match(new Date(String(await w.jobAt(digestKey(me.id)))).toISOString(), /T03:07:00/);
  assert.equal((await w.tx((t) => choicesOf(t, w.hearten, me))).preset, 'mine');
});

test('hours are those of the clock on the wall, in summer and winter', () => {
  const quiet = { hours: { from: '22:00', to: '07:00' }, days: [7] };
  const berlin = (at: string): boolean => isQuiet(new Date(at), quiet, 'Europe/Berlin');
  assert.deepEqual(
    [
      '2026-01-15T20:59Z',
      '2026-01-15T21:00Z',
      '2026-07-15T20:00Z',
      '2026-07-15T04:59Z',
      '2026-07-15T05:00Z',
      '2026-07-19T10:00Z',
    ].map(berlin),
    [false, true, true, true, false, true],
  );
  const daily = { at: ['02:30', '09:00'], days: [1, 2, 3, 4, 5, 6, 7] };
  const next = (after: string, digestAt = daily): string =>
    nextDigest(new Date(after), digestAt, 'Europe/Berlin').toISOString();
  assert.equal(
    next('2026-03-28T08:00Z'),
    '2026-03-29T01:30:00.000Z',
    'left out: an hour later, when the clock shows 3:30',
  );
  assert.equal(next('2026-03-29T02:00Z'), '2026-03-29T07:00:00.000Z', 'nine in summer');
  assert.equal(next('2026-10-24T12:00Z'), '2026-10-25T00:30:00.000Z', 'twice: the first');
  assert.equal(next('2026-10-25T00:30Z'), '2026-10-25T08:00:00.000Z', 'not the second');
  assert.equal(next('2026-11-27T12:00Z', { at: ['09:00'], days: [1] }), '2026-11-30T08:00:00.000Z', 'Monday');
  assert.equal(
    nextDigest(new Date('2026-04-04T13:00Z'), daily, 'Australia/Lord_Howe').toISOString(),
    '2026-04-04T16:00:00.000Z',
  );
});

test('many answers in one conversation are one line of the digest', () => {
  const line = {
    kind: 'answered',
    conversation_id: 'x',
    inbox_id: null,
    problem_id: null,
    sender: 'Mira',
    title: '#1 Lamp',
    text: 'one',
  };
  const { text } = writeDigest([line, { ...line, text: 'two' }], {
    base: 'https://h.example',
    workspace: 'N',
    language: 'de',
    token: 'x',
  });
  assert.match(text, /^1 Sache wartet/);
  assert.ok(text.includes('Mira: two') && !text.includes('Mira: one'));
});
