import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import fc from 'fast-check';
import { newId } from '../../src/base/ids.ts';
import { parse } from '../../src/channels/email/parse/index.ts';
import { sender } from '../../src/channels/email/send.ts';
import type { InboxRow, Outgoing } from '../../src/conversations/index.ts';
import { everyone } from '../../src/conversations/recipients.ts';
import { type Sink, smtpSink } from '../mail.ts';
import { type TestRoom, testRoom } from '../room.ts';

let room: TestRoom;
let sink: Sink;
let inbox: InboxRow;
let sending: ReturnType<typeof sender>;
before(async () => {
  [room, sink] = await Promise.all([testRoom(), smtpSink()]);
  inbox = await room.inbox({ smtp: { host: sink.host, port: sink.port, security: 'none', user: '' } });
  sending = sender(room);
});
after(async () => {
  sending.stop();
  await sink.stop();
  await room.close();
});

const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\0',
  '=?utf-8?Q?=0D=0A?=',
  '=?utf-8?B?DQo=?=',
];
const evil = fc
  .tuple(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(...breaks),
    fc.constantFrom('Bcc: evil@example.net', 'RCPT TO:<evil@example.net>', '\r\n\r\nbody', '.\r\nQUIT', ' folded', ''),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  .map((parts) => parts.join(''));
const allowed = new Set(
  'from to cc reply-to subject message-id in-reply-to references date mime-version content-type content-transfer-encoding'.split(
    ' ',
  ),
);

test('B06: whatever is written into a subject, a name or a file name, no header and no recipient comes of it', async () => {
  const address = fc.constantFrom('ana@example.org', 'bo@example.org', 'cy+x@example.org');
  const who = fc.record({ address, name: evil });
  await fc.assert(
    fc.asyncProperty(
      evil,
      evil,
      fc.array(who, { minLength: 1, maxLength: 3 }),
      fc.array(who, { maxLength: 3 }),
      async (subject, filename, to, cc) => {
        sink.ledger.length = 0;
        const id = newId();
        const message: Outgoing = {
          id,
          conversationId: newId(),
          externalId: `${id}@example.com`,
          inReplyTo: subject,
          references: [filename, 'first@example.org'],
          only: everyone({ to, cc, bcc: [] }),
          to,
          cc,
          bcc: [],
          subject,
          text: `Hello ${subject}`,
          forwarded: '',
          attachments: [{ filename, contentType: `text/plain${filename}`, content: Buffer.from('x') }],
          automatic: false,
          quoted: { at: new Date().toISOString(), from: subject, text: filename },
          quote: true,
          authorName: subject,
          authorSignature: filename,
        };
        await sending.send(message, inbox, async () => undefined);
        const [got] = sink.ledger;
        const preview = [...new Set([...to, ...cc].map((a) => a.address))].sort();
        assert.deepEqual([...(got?.to ?? [])].sort(), preview);
        const head = (got?.raw ?? '').split('\r\n\r\n')[0] ?? '';
        const names = head
          .split('\r\n')
          .flatMap((line) => (/^\s/.test(line) ? [] : [line.split(':')[0]?.toLowerCase()]));
        assert.equal(new Set(names).size, names.length, head);
        for (const name of names) assert.ok(allowed.has(name ?? ''), head);
        const mail = parse(Buffer.from(got?.raw ?? ''));
        assert.doesNotMatch(mail.subject, /[\r\n\u2028\u2029]/);
        for (const a of [...mail.to, ...mail.cc]) assert.doesNotMatch(a.name, /[\r\n\u2028\u2029]/);
        assert.deepEqual([...new Set([...mail.to, ...mail.cc].map((a) => a.address))].sort(), preview);
        assert.equal(mail.attachments.length, 1);
        assert.doesNotMatch(mail.attachments[0]?.filename ?? '', /[\r\n\u2028\u2029]/);
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 200), seed: 6 },
  );
});

test('an address that would end a command is refused before anything is kept', () => {
  const { body } = endpoints['POST /conversations/:id/replies'];
  for (const address of [
    'ana@example.org>\r\nRCPT TO:<evil@example.net',
    'ana@example.org\nBcc: evil@example.net',
    'ana@exam\u2028ple.org',
    '"a\r\n"@example.org',
    'ana@example.org,evil@example.net',
    'ana example@example.org',
    '<ana@example.org>',
    'ana',
  ])
    assert.equal(body.safeParse({ text: 'x', to: [{ address }] }).success, false, JSON.stringify(address));
  for (const address of ["o'hara+x@example.org", 'ü@exämple.org', '"odd"@example.org', 'a@[192.0.2.1]'])
    assert.equal(body.safeParse({ text: 'x', cc: [{ address }] }).success, true, address);
});
