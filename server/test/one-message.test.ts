import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '../src/base/ids.ts';
import { arrive } from '../src/channels/email/arrive.ts';
import type { Raw } from '../src/channels/email/incoming.ts';
import { readUpTo } from '../src/channels/email/mailbox.ts';
import { letter } from './mail.ts';
import { type TestRoom, testRoom } from './room.ts';

let room: TestRoom;
before(async () => {
  room = await testRoom();
});
after(() => room.close());

/** The rows of the table in docs/one-message.md, each with what its statement begins with. */
const walk: [told: string, statement: RegExp][] = [
  ['`begin`', /^begin$/],
  ['role `hearten_app`', /^select set_config\('role'/],
  ['`insert into inbound_mail', /^insert into inbound_mail/],
  ['which conversations do references', /^with recursive way as/],
  ['which of these are here already', /^select m\.inbox_id, m\.dedupe/],
  ['whose are the addresses', /^select h\.value/],
  ['what decides about spam', /^select f\.threshold/],
  ['who we are', /^select coalesce\(\(select jsonb_agg\(jsonb_build_object\('name', p\.name/],
  ['`insert into blob', /^insert into blob/],
  ['`update mailbox', /^update mailbox/],
  ['new customers', /^with wanted as/],
  ['`open`', /^with n as \(update counter/],
  ['`writeMessages`', /^with r as materialized/],
  ['`append`', /^update conversation c set snippet/],
  ['`emit`', /^insert into event/],
  ['`commit`', /^commit$/],
];

/** What is said to Postgres meanwhile. */
async function saidDuring(work: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = [];
  const query = pg.Client.prototype.query;
  const listening = function (this: pg.Client, ...given: Parameters<typeof query>) {
    const [first] = given as unknown as [string | { text: string }];
    said.push((typeof first === 'string' ? first : first.text).trim().replace(/\s+/g, ' '));
    return Reflect.apply(query, this, given) as unknown;
  };
  Object.assign(pg.Client.prototype, { query: listening });
  try {
    await work();
  } finally {
    Object.assign(pg.Client.prototype, { query });
  }
  return said;
}

test('a mail goes the way that docs/one-message.md tells, statement by statement, however many come at once', async () => {
  const inbox = await room.inbox();
  const mail = (n: number, more: { from?: string; headers?: string[] } = {}): Raw => ({
    id: newId(),
    inboxId: inbox.id,
    source: 'imap',
    bytes: Buffer.from(letter({ id: `${n}@walk.example`, subject: `Walk ${n}`, ...more })),
    size: 500,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: 'INBOX',
    uidvalidity: 1,
    uid: n,
    envelope: {},
    stub: null,
  });
  await arrive(room, room.workspaceId, [mail(1)]);
  const box = { folder: 'INBOX', uidvalidity: 1 } as Parameters<typeof readUpTo>[2];
  const many = Array.from({ length: 20 }, (_, i) => mail(10 + i, { from: `person${i}@walk.example` }));
  const said = await saidDuring(() =>
    arrive(
      room,
      room.workspaceId,
      [mail(2, { headers: ['In-Reply-To: <1@walk.example>'] }), mail(3, { from: 'new@walk.example' }), ...many],
      (tx) => readUpTo(tx, inbox.id, box, 3, 0),
    ),
  );
  assert.equal(said.length, walk.length, said.map((one) => one.slice(0, 60)).join('\n'));
  for (const [i, [told, statement]] of walk.entries()) assert.match(said[i] ?? '', statement, told);

  const page = readFileSync(join(import.meta.dirname, '../../docs/one-message.md'), 'utf8');
  const rows = [...page.matchAll(/^ *\| \d+ \| (.*?) \|/gm)].map((found) => found[1] as string);
  assert.deepEqual(
    rows.map((row, i) => row.startsWith(walk[i]?.[0] ?? '?')),
    walk.map(() => true),
  );
});
