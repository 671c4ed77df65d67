import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { arrive } from '../../src/channels/email/arrive.ts';
import { stopWorker } from '../../src/channels/email/parse/index.ts';
import { type Sink, smtpSink } from '../mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../sending-desk.ts';
import { final, soft } from './bounces.ts';

let w: SendingDesk;
let sink: Sink;
before(async () => {
  [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  await w.smtp(w.desk, sink.port, { acknowledge: true });
  await w.work();
});
after(async () => {
  await sink?.stop();
  await w?.end();
  await stopWorker();
});

/** An answer that left, and the same mail server saying what became of it. */
async function returned(
  name: string,
  bounce: (typeof final)[string],
): Promise<{ id: string; state: string; reason: string; status: string; told: number }> {
  const id = await w.write(w.desk, name);
  await waited(async () => (await w.out(w.desk)).some((out) => out.id === id && out.state === 'sent'), 30_000);
  const delivery = sink.ledger.find(({ raw }) => raw.includes(`Subject: ${name}`));
  assert.ok(delivery);
  const bytes = Buffer.from(
    bounce({ messageId: delivery.messageId, to: delivery.to[0] ?? '', desk: w.desk.inboxAddress }),
  );
  const mail = { id: newId(), inboxId: w.desk.inboxId, source: 'smtp' as const, bytes, size: bytes.length };
  await arrive(w.desk.hearten, w.desk.workspaceId, [
    {
      ...mail,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: { from: '' },
      stub: null,
    },
  ]);
  const read = () =>
    w.desk.hearten.db.read<{ state: string; reason: string; status: string; told: number; bounced: number }>(
      w.desk.workspaceId,
      sql`select m.state, coalesce(m.state_reason, '') as reason, c.status, (select count(*)::int from notification n where n.workspace_id = m.workspace_id and n.conversation_id = c.id) as told,
          (select count(*)::int from event e where e.workspace_id = m.workspace_id and e.message_id = m.id and e.name = 'message.bounced') as bounced
        from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id where m.workspace_id = ${w.desk.workspaceId} and m.id = ${id}`,
    );
  await waited(async () => (await read())[0]?.bounced === 1, 30_000);
  if (bounce !== soft['Postfix, delayed'])
    await waited(async () => ((await read())[0]?.told ?? 0) > 0, 30_000).catch(() => undefined);
  const [now] = await read();
  return { id, ...(now ?? { state: '', reason: '', status: '', told: 0 }) };
}
const answered = (): number => sink.ledger.filter(({ from }) => from === '').length;

for (const [name, bounce] of Object.entries(final))
  test(`A13: a mail that came back is marked, its writer told, its conversation ours again: ${name}`, async () => {
    const { state, reason, status, told } = await returned(name, bounce);
    assert.deepEqual([state, status], ['bounced', 'open']);
    assert.ok(reason.length > 10, reason);
    assert.ok(told > 0, 'its writer is told');
    assert.equal(answered(), 0, 'and no machine is answered');
  });

for (const [name, bounce] of Object.entries(soft))
  test(`A13: what may still arrive is noted at its message and takes nothing back: ${name}`, async () => {
    const { state, reason, status } = await returned(name, bounce);
    assert.deepEqual([state, status], ['sent', 'waiting']);
    assert.ok(reason.length > 10, reason);
    assert.equal(answered(), 0);
  });
