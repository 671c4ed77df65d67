import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import nodemailer from 'nodemailer';
import { letter } from '../../../test/mail.ts';
import { type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import { Unavailable } from '../../base/errors.ts';
import { replyAddress } from './address.ts';
import { listen } from './listen.ts';

let room: TestRoom;
let port: number;
let stop: () => Promise<void>;
let inboxId: string;
before(async () => {
  room = await testRoom({ MAX_MAIL_MB: '1' });
  inboxId = (await room.inbox()).id;
  await room.inbox({}, {}, 'billing@example.com');
  ({ port, stop } = await listen(room, '127.0.0.1:0'));
});
after(async () => {
  await stop?.();
  await room?.close();
});

type Refusal = Error & { responseCode: number };
const give = async (raw: string, to = ['support@example.com'], at = port): Promise<string> => {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: at, secure: false, ignoreTLS: true });
  try {
    return (await transport.sendMail({ envelope: { from: 'ana@example.org', to }, raw })).response;
  } finally {
    transport.close();
  }
};
const found = (subject: string) =>
  room.rows<{ id: string; text: string; conversation_id: string; inbox_id: string }>(
    sql`select id, text, conversation_id, inbox_id from message where workspace_id = ${room.workspaceId} and subject = ${subject} order by at`,
  );

it('says 250 when the mail is a message, not before', async () => {
  const response = await give(letter({ subject: 'By SMTP' }));
  assert.match(response, /^250/);
  assert.equal((await found('By SMTP')).length, 1);
});

it('takes what is addressed to an inbox, with or without something after a plus, and refuses the rest', async () => {
  await give(letter({ subject: 'Plus' }), ['Support+newsletter@Example.com']);
  assert.equal((await found('Plus'))[0]?.inbox_id, inboxId);
  await assert.rejects(give(letter(), ['nobody@example.com']), (error: Refusal) => error.responseCode === 550);
});

it('A04: shows a mail to two inboxes in both', async () => {
  await give(letter({ subject: 'Both' }), ['support@example.com', 'billing@example.com']);
  assert.equal(new Set((await found('Both')).map((row) => row.inbox_id)).size, 2);
});

it('keeps hundreds that come at the same moment, each once', async () => {
  const before = room.db.statements();
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      give(letter({ subject: 'At once', text: `Number ${i}`, from: `c${i % 30}@example.org` })),
    ),
  );
  assert.equal((await found('At once')).length, 200);
  const each = (room.db.statements() - before) / 200;
  assert.ok(each < 8, `${each} statements a mail`);
});

it('A03: makes one message of the same mail delivered twice, and two of two mails that share an id', async () => {
  const raw = letter({ subject: 'Twice', id: 'twice@example.org' });
  await give(raw);
  await give(raw);
  assert.equal((await found('Twice')).length, 1);
  await give(letter({ subject: 'Twice', id: 'twice@example.org', text: 'Other words' }));
  assert.equal((await found('Twice')).length, 2);
});

it('A03: keeps mails without an id apart by their words', async () => {
  for (const text of ['one', 'two', 'two'])
    await give(letter({ subject: 'No id', id: null, text }).replace(/^Date:.*\r\n/m, ''));
  assert.deepEqual((await found('No id')).map((row) => row.text.trim()).sort(), ['one', 'two']);
});

it('brings an answer to its conversation by the signed address alone, and only with the right signature', async () => {
  await give(letter({ subject: 'Signed' }));
  const [first] = await found('Signed');
  const address = replyAddress(
    room.seal,
    room.workspaceId,
    'support@example.com',
    first?.conversation_id ?? '',
  ) as string;
  await give(letter({ subject: 'Other subject', to: address.toUpperCase() }), [address]);
  assert.equal((await found('Other subject'))[0]?.conversation_id, first?.conversation_id);
  const forged = address.replace(
    /\.([a-z2-7]{16})@/,
    (_all, signature: string) => `.${[...signature].reverse().join('')}@`,
  );
  await give(letter({ subject: 'Forged' }), [forged]);
  assert.notEqual((await found('Forged'))[0]?.conversation_id, first?.conversation_id);
});

it('A18: ignores headers that claim to be ours', async () => {
  await give(letter({ subject: 'Victim', from: 'bea@example.org' }));
  const [victim] = await found('Victim');
  await give(
    letter({
      subject: 'Claims',
      headers: [
        `X-Hearten-Conversation: ${victim?.conversation_id}`,
        'X-Hearten-Internal: yes',
        'Authentication-Results: example.com; dkim=pass',
      ],
    }),
  );
  assert.notEqual((await found('Claims'))[0]?.conversation_id, victim?.conversation_id);
});

it('leaves a trace of a mail above the limit, and tells its sender', async () => {
  await assert.rejects(
    give(letter({ subject: 'Heavy', text: 'z'.repeat(2_500_000) })),
    (error: Refusal) => error.responseCode === 552,
  );
  assert.match((await found('Heavy'))[0]?.text ?? '', /2\.4 MB, more than the 1 MB.*The sender was told/);
});

it('asks the sender to come again while nothing can be stored', async () => {
  const broken = {
    ...room,
    files: { ...room.files, put: async () => Promise.reject(Unavailable('The disk is full.')) },
  };
  const other = await listen(broken, '127.0.0.1:0');
  try {
    await assert.rejects(
      give(letter({ subject: 'Later' }), undefined, other.port),
      (error: Refusal) => error.responseCode === 451,
    );
    assert.deepEqual(await found('Later'), []);
  } finally {
    await other.stop();
  }
});

it('says which setting is wrong when its port is taken', async () => {
  await assert.rejects(listen(room, `127.0.0.1:${port}`), /another program has that port.*SMTP_LISTEN/);
});
