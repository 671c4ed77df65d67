import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../../test/desk.ts';
import { type Dovecot, dovecot, hasDovecot, letter } from '../../../test/mail.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { quoted } from '../../base/reasons.ts';
import { deliver } from '../../conversations/deliver.ts';
import { Unsure } from '../../conversations/index.ts';
import { reply } from '../../conversations/reply.ts';
import { lookSent, wonder } from './look-sent.ts';
import { sealSecrets } from './room.ts';

const skip = hasDovecot ? false : 'no dovecot';
let w: Desk;
let imap: Dovecot;
before(async () => {
  if (skip) return;
  [w, imap] = await Promise.all([desk(), dovecot()]);
  const place = { host: imap.host, port: imap.port, security: 'none', user: 'support' };
  const secrets = sealSecrets(w.hearten.seal, { workspace_id: w.workspaceId, id: w.inboxId }, { imap: imap.password });
  await w.tx((t) =>
    t.run(
      sql`update inbox set settings = settings || ${JSON.stringify({ imap: place })}::jsonb, secrets = ${secrets} where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`,
    ),
  );
});
after(async () => {
  if (skip) return;
  await imap.stop();
  await w.end();
});

it('believes the Sent folder: a message nobody was sure of is found there by its Message-ID, and waits for the customer again', {
  skip,
}, async () => {
  const channel = { ...keepingChannel(), externalId: (id: string) => `${id}@northwind.example` };
  channel.send = () => Promise.reject(Unsure(quoted('The line broke after the message was handed over.')));
  const [one] = await w.receive({});
  const out = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, one?.conversationId as string, { text: 'An answer.' })))
      .json,
  ) as { message: { id: string } };
  const { id } = out.message;
  await deliver(w.hearten, () => channel, w.workspaceId, id);
  const now = async () =>
    (await w.tx((t) =>
      t.first<{ state: string; status: string; state_reason: string }>(
        sql`select m.state, m.state_reason, c.status from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id where m.workspace_id = ${w.workspaceId} and m.id = ${id}`,
      ),
    )) ?? { state: '', status: '', state_reason: '' };
  assert.deepEqual([(await now()).state, (await now()).status], ['unknown', 'open']);
  const event = await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and message_id = ${id} and name = 'message.unknown'`,
    ),
  );
  await w.tx((t) => wonder(t, event as EventRow));
  assert.ok(Date.parse(String(await w.jobAt(`look-sent:${id}`))) - Date.now() < 11_000);

  await imap.createFolder('support', 'Sent');
  await imap.append('support', [letter({ id: 'another@northwind.example' })], 'Sent');
  await lookSent(w.hearten, w.workspaceId, id, 0);
  assert.equal((await now()).state, 'unknown', 'another message proves nothing');
  assert.ok(Date.parse(String(await w.jobAt(`look-sent:${id}`))) - Date.now() > 60_000, 'and it is looked for again');

  await imap.append('support', [letter({ id: `${id}@northwind.example` })], 'Sent');
  await lookSent(w.hearten, w.workspaceId, id, 1);
  assert.deepEqual([(await now()).state, (await now()).status], ['sent', 'waiting']);
  assert.match((await now()).state_reason, /Sent folder/);
});
