import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from '../../src/base/db.ts';
import { reactionsOf, startReactions } from '../../src/base/relay.ts';
import { changes, listenToMailboxes } from '../../src/channels/email/mailboxes.ts';
import { readStored } from '../../src/channels/email/stored.ts';
import { makeModules } from '../../src/modules.ts';
import { chaosProxy, dice } from '../chaos-proxy.ts';
import { type Dovecot, letter } from '../mail.ts';
import { eventually, type TestRoom } from '../room.ts';

/** A dovecot and a room, and what each row of the catalogue asks of them, in the size that is wanted. */
export type Intake = { server: Dovecot; room: TestRoom };
const MINUTES = 60_000;

const place = (port: number, user: string, more: object = {}) => ({
  imap: { host: '127.0.0.1', port, security: 'none' as const, user, folder: 'INBOX', since: null, all: true, ...more },
});
const many = (n: number, from = 0): string[] =>
  Array.from({ length: n }, (_, i) =>
    letter({
      id: `intake-${from + i}-${n}@example.org`,
      from: `c${from + i}@example.org`,
      subject: `Mail ${from + i}`,
      text: `Number ${from + i}`,
    }),
  );
const messages = (room: TestRoom, inboxId: string) =>
  room.rows<{ subject: string; at: string; text: string }>(
    sql`select subject, at, text from message where workspace_id = ${room.workspaceId} and inbox_id = ${inboxId} and type = 'in' order by at, id`,
  );
const count = async (room: TestRoom, inboxId: string): Promise<number> => (await messages(room, inboxId)).length;
async function listening(room: TestRoom, work: () => Promise<unknown>, processes = 1): Promise<void> {
  const stops = await Promise.all(Array.from({ length: processes }, () => listenToMailboxes(room)));
  try {
    await work();
  } finally {
    await Promise.all(stops.map((stop) => stop()));
    await room.db.tx(room.workspaceId, (tx) =>
      tx.run(sql`update inbox set enabled = false where workspace_id = ${room.workspaceId}`),
    );
  }
}
const enable = (room: TestRoom, inboxId: string): Promise<unknown> =>
  room.db.tx(room.workspaceId, (tx) =>
    tx.run(sql`update inbox set enabled = true where workspace_id = ${room.workspaceId} and id = ${inboxId}`),
  );

/** A02: four processes on one mailbox. */
export async function parallel({ server, room }: Intake, n: number): Promise<void> {
  await server.append('parallel', many(n));
  const inbox = await room.inbox(place(server.port, 'parallel'), { imap: server.password }, 'parallel@example.com');
  await listening(room, () => eventually(async () => (await count(room, inbox.id)) >= n, 5 * MINUTES), 4);
  const subjects = (await messages(room, inbox.id)).map(({ subject }) => subject);
  assert.deepEqual([subjects.length, new Set(subjects).size], [n, n]);
  const rows = await room.rows<{ n: number }>(
    sql`select count(*)::int as n from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
  );
  assert.equal(rows[0]?.n, n, 'one row for each');
}

/** A05: the folder is deleted, made anew, and filled with the same mails. */
export async function madeAnew({ server, room }: Intake, n: number): Promise<void> {
  const stop = startReactions(room.db, room.log, reactionsOf(makeModules(room)));
  try {
    const mails = many(n);
    await server.createFolder('anew', 'Support');
    const settings = { ...place(server.port, 'anew', { folder: 'Support', all: false }), acknowledge: true };
    const inbox = await room.inbox(settings, { imap: server.password }, 'anew@example.com');
    const told = async (): Promise<{ out: number; events: number; notifications: number }> => {
      const [row] = await room.rows<{ out: number; events: number; notifications: number }>(sql`
        select (select count(*)::int from message where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and type = 'out') as out,
          (select count(*)::int from event where workspace_id = ${room.workspaceId} and name = 'message.received') as events,
          (select count(*)::int from notification where workspace_id = ${room.workspaceId}) as notifications`);
      return row ?? { out: -1, events: -1, notifications: -1 };
    };
    await listening(room, async () => {
      // Acknowledged when they come for the first time, up to what a workspace may send in an hour.
      await eventually(
        async () =>
          (
            await room.rows(
              sql`select 1 from mailbox where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
            )
          ).length === 1,
        MINUTES,
      );
      await server.append('anew', mails, 'Support');
      await eventually(async () => (await count(room, inbox.id)) === n, 5 * MINUTES);
      await eventually(async () => (await told()).out >= Math.min(n, 100), MINUTES);
    });
    const before = await told();
    await server.deleteFolder('anew', 'Support');
    await server.createFolder('anew', 'Support');
    await server.append('anew', mails, 'Support');
    await enable(room, inbox.id);
    await listening(room, async () => {
      const seen = (): Promise<{ n: number }[]> =>
        room.rows(
          sql`select count(*)::int as n from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
        );
      await eventually(async () => (await seen())[0]?.n === 2 * n, 5 * MINUTES);
      // And something new, which shows that everything before it has been reacted to.
      await server.append('anew', [letter({ subject: 'New' })], 'Support');
      await eventually(async () => (await told()).events === before.events + 1, MINUTES);
    });
    assert.equal(await count(room, inbox.id), n + 1);
    assert.ok((await told()).out <= before.out + 1, 'no mail goes out for what was here before');
  } finally {
    await stop();
  }
}

/** A06: three days without us, and mails whose dates are two years old or next year's. */
export async function outage({ server, room }: Intake, n: number, seed: number, user = 'outage'): Promise<void> {
  const random = dice(seed);
  const inbox = await room.inbox(
    place(server.port, user, { all: false }),
    { imap: server.password },
    `${user}@example.com`,
  );
  await listening(room, async () => {
    await eventually(
      async () =>
        (
          await room.rows(
            sql`select 1 from mailbox where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
          )
        ).length === 1,
      MINUTES,
    );
  });
  const began = Date.now() - 72 * 3_600_000;
  const order = Array.from({ length: n }, (_, i) => i);
  for (const i of order) {
    const received = new Date(began + Math.floor((i / n) * 71 * 3_600_000));
    const date = new Date(Date.now() + (random() * 3 - 2) * 365 * 86_400_000);
    const mail = letter({ subject: `Mail ${i}`, from: `o${i}@example.org`, text: `Number ${i}` }).replace(
      /^Date: .*$/m,
      `Date: ${date.toUTCString()}`,
    );
    await server.append(user, [mail], 'INBOX', received);
  }
  await enable(room, inbox.id);
  await listening(room, () => eventually(async () => (await count(room, inbox.id)) === n, 5 * MINUTES));
  const kept = await messages(room, inbox.id);
  assert.deepEqual(
    kept.map(({ subject }) => Number(subject.slice(5))),
    order,
    'in the order they were received',
  );
}

const broken: readonly (string | Buffer)[] = [
  'Subject: no sender at all\r\n\r\nwho?\r\n',
  '\0\0\0\0',
  Buffer.concat([
    Buffer.from('From: nul@example.org\r\nSubject: N\0U\0L\r\n\r\n'),
    Buffer.from([0, 1, 2, 0, 255, 254]),
  ]),
  Buffer.concat([
    Buffer.from('From: utf@example.org\r\nSubject: '),
    Buffer.from([0xc3, 0x28, 0xff, 0xfe]),
    Buffer.from('\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'),
    Buffer.from([0xe2, 0x28, 0xa1, 0x0a]),
  ]),
  'From: m@example.org\r\nSubject: multipart\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\n\r\nlost',
  `From: ${'a'.repeat(10_000)}@example.org\r\nSubject: a long sender\r\n\r\nhello\r\n`,
  'From: c@example.org\r\nSubject: charset\r\nContent-Type: text/plain; charset=klingon-8\r\n\r\nhello\r\n',
  `From: nest@example.org\r\nSubject: nesting\r\n${Array.from({ length: 10_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')}`,
  '',
  'From: \r\nFrom: \r\nTo\r\n: x\r\nSubject\r\n\r\n',
];

/** A08: a tenth of the mails is broken; the rest is not held up, each broken one is seen, and nothing is fetched again and again. */
export async function poison({ server, room }: Intake, polls: number): Promise<void> {
  const mails: (string | Buffer)[] = many(90, 10_000);
  for (const [i, one] of broken.entries()) mails.splice(i * 10, 0, one);
  await server.append('poison', mails);
  const proxy = await chaosProxy(server.port);
  let searches = 0;
  proxy.tap = (way, bytes) => {
    if (way === 'up' && bytes.includes('SEARCH')) searches++;
  };
  const before = filesOf(room);
  const inbox = await room.inbox(place(proxy.port, 'poison'), { imap: server.password }, 'poison@example.com');
  const fates = () =>
    room.rows<{ id: string; state: string; reason: string; sender: string; has_raw: boolean }>(
      sql`select id, state, reason, sender, raw_hash is not null as has_raw from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
    );
  await listening(room, async () => {
    await eventually(async () => (await fates()).length === mails.length, MINUTES);
    for (const end = searches + polls; searches < end; ) {
      const now = searches;
      changes.emit('look');
      await eventually(async () => searches > now, MINUTES);
    }
  });
  const [bytes, all] = [mails.reduce((sum, mail) => sum + Buffer.byteLength(mail), 0), await fates()];
  assert.ok(filesOf(room) - before <= 1.1 * bytes, `${filesOf(room) - before} bytes are stored of ${bytes}`);
  assert.ok(proxy.passed.down <= 3 * bytes + polls * 2_000, `${proxy.passed.down} bytes were fetched of ${bytes}`);
  await proxy.stop();
  assert.equal(all.length, mails.length, 'one row each, however often is looked');
  const aside = all.filter(({ state }) => state === 'quarantined');
  const normal = (await messages(room, inbox.id)).filter(({ subject }) => /^Mail \d+$/.test(subject));
  assert.equal(normal.length, 90);
  assert.ok(aside.length >= 3 && aside.length <= broken.length, `${aside.length} are set aside`);
  assert.equal(await count(room, inbox.id), mails.length - aside.length, 'each is a message or set aside');
  for (const { id, reason, has_raw } of aside) {
    assert.ok(reason.length > 10);
    const { state } = await readStored(room, room.workspaceId, id).catch(() => ({
      state: has_raw ? 'lost' : 'quarantined',
    }));
    assert.notEqual(state, 'lost', `tried again: ${reason}`);
  }
  const shown = await room.rows(
    sql`select 1 from event where workspace_id = ${room.workspaceId} and name = 'quarantine.added'`,
  );
  assert.ok(shown.length >= aside.length, 'people are told of each');
}
const filesOf = (room: TestRoom): number => {
  const folder = join(room.config.DATA_DIR, 'files');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
};
