import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Address, endpoints, type Opened } from '@hearten/contract';
import fc from 'fast-check';
import { oursAmong as oursOnScreen } from '../../../web/src/conversations/ours.ts';
import { answerTo, plain } from '../../../web/src/conversations/sending.ts';
import { sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { oursAmong, replyAddress } from '../../src/channels/email/address.ts';
import { sender } from '../../src/channels/email/send.ts';
import { deliver } from '../../src/conversations/deliver.ts';
import { openConversation } from '../../src/conversations/open.ts';
import { reply } from '../../src/conversations/reply.ts';
import { type Desk, desk, keepingChannel } from '../desk.ts';
import { type Sink, smtpSink } from '../mail.ts';

const THREADS = Number(process.env.THREADS ?? 150);
let w: Desk;
let sink: Sink;
let sending: ReturnType<typeof sender>;
const inboxes = ['Billing@northwind.example', 'süd@exämple.example', 'team+eu@northwind.example'];
let ours: string[];
before(async () => {
  [w, sink] = await Promise.all([desk(), smtpSink()]);
  sending = sender(w.hearten);
  ours = [w.inboxAddress, ...inboxes];
  const smtp = { host: sink.host, port: sink.port, security: 'none', user: '' };
  await w.tx(async (t) => {
    await t.run(
      sql`update inbox set settings = settings || ${JSON.stringify({ smtp })}::jsonb where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`,
    );
    for (const address of inboxes)
      await t.run(
        sql`insert into inbox (workspace_id, id, brand_id, channel, name, address) select workspace_id, ${newId()}, brand_id, 'email', 'Other', ${address} from inbox where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`,
      );
  });
});
after(async () => {
  sending.stop();
  await sink.stop();
  await w.end();
});

/** The same mailbox of ours, written otherwise. */
const spellings = (address: string): string[] => {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  return [
    address,
    address.toUpperCase(),
    `${local}+anything@${domain}`,
    `${local}@${domain}.`,
    `"${local}"@${domain}`,
    address.normalize('NFD'),
    `${local}@${new URL(`http://${domain}`).hostname}`,
    replyAddress(w.hearten.seal, w.workspaceId, address, newId()) ?? address,
  ];
};
const strangers = [
  'ana@example.org',
  'Ana@Example.org',
  'bo+list@example.org',
  "o'hara@example.org",
  'Ü@example.org',
  'ſupport@northwind.example',
  'team@northwind.example',
  'billing@northwind.example.org',
  'xbilling@northwind.example',
  'cy@exämple.org',
];
const named = (address: string): Address => ({ address, name: '' });

test('our own addresses are known in every spelling, on the server and on screen alike, and nobody else’s are', () => {
  const [server, screen] = [oursAmong(ours), oursOnScreen(ours)];
  for (const address of ours.flatMap(spellings))
    assert.deepEqual([server(address), screen(address)], [true, true], address);
  for (const address of strangers) assert.deepEqual([server(address), screen(address)], [false, false], address);
});

test(`B07: in ${THREADS} random threads an answer reaches exactly those whom the writer saw, and never an inbox of ours`, async () => {
  const channel = { ...keepingChannel(), externalId: (id: string) => `${id}@northwind.example`, send: sending.send };
  const own = oursAmong(ours);
  const address = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...strangers) },
    { weight: 2, arbitrary: fc.constantFrom(...ours.flatMap(spellings)) },
  );
  const list = fc.array(address.map(named), { maxLength: 4 });
  const mail = fc.record({ to: list, cc: list, replyTo: fc.option(address.map(named)), by: fc.nat(3) });
  const edit = fc.record({
    drop: fc.nat(4),
    add: fc.array(fc.constantFrom(...strangers).map(named), { maxLength: 2 }),
  });
  let different = 0;
  const answer = async (id: string, e: { drop: number; add: Address[] }): Promise<void> => {
    const opened = JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as Opened;
    const start = answerTo(opened);
    // What the field lets one do: take a chip away, add others; it refuses our own.
    const known = new Set(start.to.map((a) => plain(a.address)));
    const cc = [
      ...start.cc.filter((_, i) => i !== e.drop),
      ...e.add.filter((a) => !oursOnScreen(opened.ours)(a.address)),
    ];
    const shown = {
      to: start.to,
      cc: cc.filter((a) => !known.has(plain(a.address)) && known.add(plain(a.address))),
      bcc: [],
    };
    const preview = [...shown.to, ...shown.cc].map((a) => plain(a.address)).sort();
    if (preview.length === 0) return;
    const body = endpoints['POST /conversations/:id/replies'].body.parse({ text: 'An answer.', ...shown });
    sink.ledger.length = 0;
    const out = JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, body))).json) as {
      message: { id: string; to: Address[]; cc: Address[] };
    };
    await deliver(w.hearten, () => channel, w.workspaceId, out.message.id);
    const reached = (sink.ledger[0]?.to ?? []).map(plain).sort();
    const told = [...out.message.to, ...out.message.cc].map((a) => plain(a.address)).sort();
    assert.ok(!reached.some(own), reached.join());
    if (JSON.stringify(reached) !== JSON.stringify(preview) || JSON.stringify(told) !== JSON.stringify(preview)) {
      different++;
      assert.fail(JSON.stringify({ preview, reached, told }));
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(mail, { minLength: 1, maxLength: 3 }), edit, edit, async (mails, one, two) => {
      const from = named(`writer${newId()}@example.net`);
      let id: string | undefined;
      for (const m of mails) {
        const by = m.by === 3 && id ? named('ana@example.org') : from;
        const [got] = await w.receive({ from: by, to: m.to, cc: m.cc, replyTo: m.replyTo, token: id ?? null });
        id ??= got?.conversationId ?? undefined;
      }
      await answer(id as string, one);
      await answer(id as string, two);
    }),
    { numRuns: THREADS, seed: 7 },
  );
  assert.equal(different, 0);
});
