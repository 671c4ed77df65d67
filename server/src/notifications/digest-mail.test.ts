import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { type Desk, desk } from '../../test/desk.ts';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { assign } from '../conversations/change.ts';
import { team } from '../team/index.ts';
import { choicesOf, choose } from './choices.ts';
import { digest } from './digest.ts';
import { digestToken, readDigestToken } from './digest-link.ts';
import { digestPage } from './digest-page.ts';
import { tell } from './tell.ts';
import { notify } from './who.ts';

let w: Desk;
let sink: Sink;
let app: FastifyInstance;
before(async () => {
  sink = await smtpSink();
  w = await desk({
    SYSTEM_SMTP: `smtp://127.0.0.1:${sink.port}`,
    SYSTEM_FROM: 'Hearten <desk@northwind.example>',
    BASE_URL: 'https://desk.northwind.example',
  });
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  digestPage(app, w.hearten);
  await app.ready();
});
after(async () => {
  await app.close();
  await w.end();
  await sink.stop();
});
const choices = () => w.tx((t) => choicesOf(t, w.hearten, w.people.lead));
const press = (url: string, body: Record<string, string>) =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(body).toString(),
  });

test('a digest leaves over SMTP; its link changes when the next one comes, by a press and not by looking, without a sign-in', async () => {
  const me = w.people.lead;
  await w.tx((t) => choose(t, w.hearten, me, { preset: 'alone' }));
  const [mail] = await w.receive({ subject: 'The lamp', from: { address: 'mira@example.org', name: 'Mira' } });
  await w.tx((t) => assign(t, w.people.owner, mail?.conversationId as string, { assigneeId: me.id }));
  const event = (await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${mail?.conversationId as string} and name = 'conversation.assigned'`,
    ),
  )) as EventRow;
  await w.tx((t) => notify(t, [event], w.hearten.jobs));
  const told = await w.tx((t) =>
    t.many<{ id: string }>(sql`select id from notification where workspace_id = ${w.workspaceId}`),
  );
  await tell(w.hearten)(
    { workspaceId: w.workspaceId, notifications: told.map(({ id }) => id) },
    { number: 1, last: false },
  );
  await w.tx((t) =>
    t.run(
      sql`update notification_choice set digest_at = now() where workspace_id = ${w.workspaceId} and person_id = ${me.id}`,
    ),
  );
  await digest(w.hearten)({ workspaceId: w.workspaceId, personId: me.id }, { number: 1, last: false });
  const client = await w.hearten.db.connect();
  const { rows } = await client.query(
    `select p.payload from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id where j.task_identifier = 'system-mail'`,
  );
  await client.end();
  const send = team(w.hearten).jobs?.['system-mail'];
  await send?.(rows[0].payload, { number: 1, last: false });
  await sink.until(1, 10_000);

  const raw = (sink.ledger[0]?.raw ?? '').replace(/\r\n[ \t]+/g, ' ').replace(/=\r?\n/g, '');
  assert.match(raw, /^Subject: 1 thing waits for you in Northwind Lamps/m);
  assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
  const link =
    /^List-Unsubscribe: <https:\/\/desk\.northwind\.example(\/digest\/[^>]+)>/m.exec(raw)?.[1] ?? assert.fail(raw);

  const before = await choices();
  assert.deepEqual(before.digest.at, ['09:00', '16:00']);
  const looked = await app.inject({ url: link });
  assert.equal(looked.statusCode, 200);
  assert.match(looked.body, /aria-pressed="true">Twice a day, at 9:00 and 16:00 \(as it is now\)/);
  assert.match(String(looked.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
  assert.deepEqual(await choices(), before, 'a scanner that opens links changes nothing');

  assert.match((await press(link, { often: 'weekdays' })).body, /Done\. It is so from now on\./);
  const after = await choices();
  assert.deepEqual(after.digest, { at: ['09:00'], days: [1, 2, 3, 4, 5] });
  assert.deepEqual(after.ways, before.ways, 'of what one hears is as it was');

  // The mail program's own button.
  await press(link, { 'List-Unsubscribe': 'One-Click' });
  const none = await choices();
  assert.ok(!Object.values(none.ways).flat().includes('digest'));
  assert.deepEqual(none.ways.held, ['app', 'push'], 'what interrupts still does');
  await press(link, { often: 'daily' });
  assert.deepEqual((await choices()).ways.answered, ['app', 'digest']);
});

test('a link that nobody here made, an old one, and one of a person who left change nothing', async () => {
  const { seal } = w.hearten;
  const good = digestToken(seal, w.workspaceId, w.people.manager.id);
  const [workspace, , day, signature] = good.split('.');
  const forged = [workspace, w.people.owner.id, day, signature].join('.');
  const old = digestToken(seal, w.workspaceId, w.people.manager.id, Number(day) - 61);
  const nobody = digestToken(seal, w.workspaceId, newId());
  assert.ok(readDigestToken(seal, good));
  for (const token of [forged, old, nobody, 'x', `${good}x`]) {
    const answer = await press(`/digest/${token}`, { often: 'never' });
    assert.equal(answer.statusCode, 404, token);
    assert.match(answer.body, /not valid any more/);
  }
});
