import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Sink, smtpSink } from '../../../test/mail.ts';
import { type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import type { InboxRow, Outgoing } from '../../conversations/index.ts';
import { fateOf } from '../../conversations/index.ts';
import { everyone } from '../../conversations/recipients.ts';
import { conversationNamed } from './address.ts';
import { parse } from './parse/index.ts';
import { sender } from './send.ts';

let room: TestRoom;
let sink: Sink;
let inbox: InboxRow;
let sending: ReturnType<typeof sender>;
before(async () => {
  [room, sink] = await Promise.all([testRoom(), smtpSink({ user: 'support', password: 'open sesame' })]);
  inbox = await room.inbox(
    {
      smtp: { host: sink.host, port: sink.port, security: 'none', user: 'support' },
      signature: 'The Example team',
      quoteHistory: true,
    },
    { smtp: 'open sesame' },
  );
  sending = sender(room);
});
after(async () => {
  sending?.stop();
  await sink?.stop();
  await room?.close();
});
beforeEach(() => {
  sink.ledger.length = 0;
  sink.atData = () => undefined;
  sink.atRcpt = () => undefined;
  sink.atMail = () => undefined;
});

const outgoing = (more: Partial<Outgoing> = {}): Outgoing => {
  const id = newId();
  const to = more.to ?? [{ address: 'ana@example.org', name: 'Ana Öz' }];
  return {
    only: everyone({ to, cc: more.cc ?? [], bcc: more.bcc ?? [] }),
    forwarded: '',
    id,
    conversationId: newId(),
    externalId: `${id}@example.com`,
    inReplyTo: 'question@example.org',
    references: ['first@example.org', 'question@example.org'],
    to,
    cc: [],
    bcc: [],
    subject: 'Re: Hello',
    text: 'Hi Ana,\n\nsee https://example.com/help?a=1&b=2.',
    attachments: [],
    automatic: false,
    quoted: { at: '2026-01-02T03:04:05.000Z', from: 'Ana', text: 'Can you help?' },
    quote: null,
    authorName: 'Bo',
    authorSignature: 'Bo',
    ...more,
  };
};
const send = (more: Partial<Outgoing> = {}, check: () => Promise<void> = async () => undefined) =>
  sending.send(outgoing(more), inbox, check);
const fate = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'sent',
    (error) => fateOf(error)?.fate ?? String(error),
  );

describe('Sending an answer', () => {
  it('takes back what was said of sending once it works, and leaves what was said of receiving', async () => {
    const after = async (text: string): Promise<string> => {
      // Another inbox each time: what this process already knows is not asked again.
      const one = await room.inbox(
        { smtp: { host: sink.host, port: sink.port, security: 'none', user: 'support' } },
        { smtp: 'open sesame' },
        `s${newId()}@example.com`,
      );
      await room.db.tx(room.workspaceId, (tx) =>
        tx.run(
          sql`update inbox set state = 'trouble', state_text = ${text} where workspace_id = ${room.workspaceId} and id = ${one.id}`,
        ),
      );
      await sending.send(outgoing(), one, async () => undefined);
      const [row] = await room.db.read<{ state: string }>(
        room.workspaceId,
        sql`select state from inbox where workspace_id = ${room.workspaceId} and id = ${one.id}`,
      );
      return row?.state ?? '';
    };
    assert.equal(await after('Answers do not leave: nothing answered.'), 'working');
    assert.equal(await after('The password was refused.'), 'trouble');
  });

  it('puts it into the customer’s thread, as text and as HTML', async () => {
    const message = outgoing({
      attachments: [{ filename: 'Größe.txt', contentType: 'text/plain', content: Buffer.from('contents') }],
    });
    const { response } = await sending.send(message, inbox, async () => undefined);
    assert.match(response, /^250/);
    const [delivery] = sink.ledger;
    const mail = parse(Buffer.from(delivery?.raw ?? ''));
    assert.equal(mail.messageId, message.externalId);
    assert.equal(mail.inReplyTo, 'question@example.org');
    assert.deepEqual(mail.references, message.references);
    assert.equal(mail.to[0]?.name, 'Ana Öz');
    assert.match(mail.text, /Hi Ana,/);
    assert.match(mail.text, /-- \r?\nBo\r?\nThe Example team/);
    assert.match(mail.text, /> Can you help\?/);
    assert.match(mail.html ?? '', /<a href="https:\/\/example\.com\/help\?a=1&amp;b=2">/);
    assert.equal(mail.attachments[0]?.filename, 'Größe.txt');
    assert.equal(
      conversationNamed(
        room.seal,
        room.workspaceId,
        mail.replyTo.map((a) => a.address),
      ),
      message.conversationId,
    );
    assert.equal(delivery?.from, 'support@example.com');
  });

  it('B07: goes to exactly those who were named, never to the inbox itself, and keeps blind copies blind', async () => {
    const a = (address: string) => ({ address, name: '' });
    await send({
      to: [a('ana@example.org')],
      cc: [a('cy@example.org'), a('Support@example.com'), a('support+x@example.com')],
      bcc: [a('di@example.org'), a('ANA@example.org')],
    });
    assert.deepEqual(sink.ledger[0]?.to.map((t) => t.toLowerCase()).sort(), [
      'ana@example.org',
      'cy@example.org',
      'di@example.org',
    ]);
    assert.ok(!sink.ledger[0]?.raw.split('\r\n\r\n')[0]?.includes('di@example.org'));
    assert.equal(await fate(send({ to: [a('support@example.com')] })), 'declined');
  });

  it('B07: reaches exactly those who are shown, whoever they are', async () => {
    const names = fc.constantFrom('ana', 'Bo', 'cy+list', 'd.e', 'support', 'Support+c.x', "o'hara", 'ü');
    const who = fc.record({
      address: fc
        .tuple(names, fc.constantFrom('example.com', 'example.org', 'Example.ORG'))
        .map(([name, at]) => `${name}@${at}`),
      name: fc.string({ unit: 'binary', maxLength: 20 }),
    });
    const list = fc.array(who, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(list, list, list, async (to, cc, bcc) => {
        sink.ledger.length = 0;
        const ours = (address: string) => /^support(\+.*)?@example\.com$/i.test(address);
        const wanted = new Set(
          [...to, ...cc, ...bcc].map((a) => a.address.toLowerCase()).filter((address) => !ours(address)),
        );
        const outcome = await fate(send({ to, cc, bcc }));
        assert.equal(outcome, wanted.size > 0 ? 'sent' : 'declined');
        const reached = sink.ledger[0]?.to.map((address) => address.toLowerCase()) ?? [];
        assert.deepEqual(new Set(reached), wanted);
        assert.equal(reached.length, wanted.size, 'each once');
      }),
      { numRuns: 60 },
    );
  });

  it('B06: lets no header be smuggled in, whatever is written into a subject, a name or a file name', async () => {
    const evil = 'x\r\nBcc: evil@example.net\r\n\r\nbody';
    for (const text of [
      evil,
      'x\nBcc: evil@example.net',
      'x\u2028Bcc: evil@example.net',
      'x\rBcc: evil@example.net',
      '=?utf-8?Q?x=0ABcc:_evil@example.net?=',
    ]) {
      sink.ledger.length = 0;
      await send({
        subject: text,
        to: [{ address: 'ana@example.org', name: text }],
        attachments: [
          { filename: text, contentType: 'text/plain\r\nBcc: evil@example.net', content: Buffer.from('x') },
        ],
        references: [text],
        inReplyTo: text,
      });
      const [delivery] = sink.ledger;
      assert.deepEqual(delivery?.to, ['ana@example.org']);
      assert.doesNotMatch(delivery?.raw.split('\r\n\r\n')[0] ?? '', /^bcc:/im);
    }
    assert.equal(
      await fate(send({ to: [{ address: 'ana@example.org>\r\nRCPT TO:<evil@example.net', name: '' }] })),
      'declined',
    );
  });

  it('marks what was written by itself, and gives bounces nowhere to go', async () => {
    await send({ automatic: true });
    assert.equal(sink.ledger[0]?.from, '');
    assert.match(sink.ledger[0]?.raw ?? '', /^Auto-Submitted: auto-replied/im);
  });

  it('B03: tries later after a temporary refusal, and not again after a final one', async () => {
    sink.atRcpt = () => 450;
    assert.equal(await fate(send()), 'later');
    sink.atRcpt = () => 550;
    assert.equal(await fate(send()), 'declined');
    sink.atRcpt = () => undefined;
    sink.atMail = () => 421;
    assert.equal(await fate(send()), 'later');
    sink.atMail = () => undefined;
    sink.atData = () => 451;
    assert.equal(await fate(send()), 'later');
    sink.atData = () => 554;
    await assert.rejects(send(), /The mail server said: 554/);
    assert.deepEqual(sink.ledger, []);
  });

  it('B02: says that nobody knows when the line breaks after the final dot', async () => {
    sink.atData = () => 'close';
    assert.equal(await fate(send()), 'unsure');
    assert.equal(sink.ledger.length, 1);
  });

  it('tells who was refused when others were not', async () => {
    sink.atRcpt = (address) => ({ cy: 550, di: 450 })[address.split('@')[0] ?? ''];
    const a = (address: string) => ({ address, name: '' });
    const { answers } = await send({ cc: [a('cy@example.org'), a('di@example.org')] });
    assert.deepEqual(
      answers?.map((one) => [one.address, one.state, one.said.slice(0, 3)]),
      [
        ['ana@example.org', 'accepted', '250'],
        ['cy@example.org', 'refused', '550'],
        ['di@example.org', 'deferred', '450'],
      ],
    );
    const none = await send({ to: [a('cy@example.org')], cc: [a('di@example.org')] });
    assert.deepEqual(
      none.answers?.map((one) => one.state),
      ['refused', 'deferred'],
    );
  });

  it('does not begin when the lease is gone', async () => {
    await assert.rejects(
      send({}, async () => Promise.reject(new Error('gone'))),
      /gone/,
    );
    assert.deepEqual(sink.ledger, []);
  });

  it('waits when the server is away or refuses the password, and says so in plain words', async () => {
    const elsewhere = await room.inbox(
      { smtp: { host: '127.0.0.1', port: 1, security: 'none', user: '' } },
      {},
      'b@example.com',
    );
    await assert.rejects(
      sending.send(outgoing(), elsewhere, async () => undefined),
      (error) => fateOf(error)?.fate === 'later' && /nothing answers on port 1/.test(String(error)),
    );
    const wrong = await room.inbox(
      { smtp: { host: sink.host, port: sink.port, security: 'none', user: 'support' } },
      { smtp: 'sesame' },
      'c@example.com',
    );
    await assert.rejects(
      sending.send(outgoing(), wrong, async () => undefined),
      (error) => fateOf(error)?.fate === 'later' && /refused the user name or password/.test(String(error)),
    );
  });
});
