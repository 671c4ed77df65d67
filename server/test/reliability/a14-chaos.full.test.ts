import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { listenToMailboxes } from '../../src/channels/email/mailboxes.ts';
import { chaosProxy, type Faults } from '../chaos-proxy.ts';
import { type Dovecot, dovecot, hasDovecot, letter } from '../mail.ts';
import { eventually, type TestRoom, testRoom } from '../room.ts';

const seeds = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3, 4, 5, 6];
const MAILS = 300;
const BROKEN = 5; // lines that break before the server behaves

const place = (random: () => number): number => 300 + Math.floor(random() * 60_000);
const kinds: ((random: () => number) => Faults)[] = [
  (random) => ({ down: { kind: 'reset', after: place(random) } }),
  (random) => ({ down: { kind: 'truncate', after: place(random) } }),
  (random) => ({ down: { kind: 'half-close', after: place(random) } }),
  (random) => ({ down: { kind: 'swallow', after: 'It is line after line', bytes: 1 + Math.floor(random() * 3000) } }),
  (random) => ({ up: { kind: 'reset', after: Math.floor(random() * 700) } }),
  () => ({ down: { kind: 'rewrite', change: (text) => text.replace(/OK Fetch/, 'NO Fetch') } }),
  () => ({ down: { kind: 'rewrite', change: (text) => text.replace(/OK Search/, 'BAD Search') } }),
  (random) => ({ down: { kind: 'hang', after: place(random) } }),
];

describe('Lines that break as chance will have it', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let server: Dovecot;
  let room: TestRoom;
  before(async () => {
    [server, room] = await Promise.all([dovecot(), testRoom()]);
  });
  after(async () => {
    await room?.close();
    await server?.stop();
  });
  const body = (i: number): string => `Body ${i}. ${`It is line after line of mail ${i}.\n`.repeat(10)}End of ${i}.`;
  for (const seed of seeds)
    it(`A14: each of ${MAILS} mails is here once and whole over ${BROKEN} broken lines (seed ${seed})`, {
      timeout: 900_000,
    }, async (t) => {
      const user = `chaos${seed}`;
      await server.append(
        user,
        Array.from({ length: MAILS }, (_, i) =>
          letter({ subject: `Mail ${i}`, from: `s${seed}-${i}@example.org`, text: body(i) }),
        ),
      );
      const proxy = await chaosProxy(server.port, seed);
      proxy.each = (n, random) => (n < BROKEN ? (kinds[Math.floor(random() * kinds.length)]?.(random) ?? {}) : {});
      const imap = {
        host: '127.0.0.1',
        port: proxy.port,
        security: 'none' as const,
        user,
        folder: 'INBOX',
        since: null,
        all: true,
      };
      const inbox = await room.inbox({ imap }, { imap: server.password }, `${user}@example.com`);
      const kept = () =>
        room.rows<{ subject: string; text: string }>(
          sql`select subject, text from message where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and type = 'in'`,
        );
      const stop = await listenToMailboxes(room);
      const began = Date.now();
      try {
        await eventually(async () => (await kept()).length >= MAILS, 800_000);
      } finally {
        await stop();
        await proxy.stop();
        await room.db.tx(room.workspaceId, (tx) =>
          tx.run(sql`update inbox set enabled = false where workspace_id = ${room.workspaceId}`),
        );
      }
      const all = await kept();
      assert.deepEqual([all.length, new Set(all.map(({ subject }) => subject)).size], [MAILS, MAILS]);
      for (const { subject, text } of all)
        assert.equal(text.replace(/\s+/g, ' ').trim(), body(Number(subject.slice(5))).replace(/\s+/g, ' '));
      t.diagnostic(
        `seed ${seed}: ${all.length} of ${MAILS}, over ${proxy.opened()} lines, in ${Math.round((Date.now() - began) / 1000)} s`,
      );
    });

  it('A14: a server that hands out a letter a second is told within five minutes, and read within two when it is quick again', {
    timeout: 900_000,
  }, async (t) => {
    const proxy = await chaosProxy(server.port);
    const imap = {
      host: '127.0.0.1',
      port: proxy.port,
      security: 'none' as const,
      user: 'trickle',
      folder: 'INBOX',
      since: null,
      all: true,
    };
    const inbox = await room.inbox({ imap }, { imap: server.password }, 'trickle@example.com');
    await server.append('trickle', [letter({ subject: 'Before' })]);
    const subjects = () =>
      room.rows(sql`select 1 from message where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`);
    const troubled = async () =>
      (
        await room.rows(
          sql`select 1 from inbox where workspace_id = ${room.workspaceId} and id = ${inbox.id} and state = 'trouble'`,
        )
      ).length > 0;
    const stop = await listenToMailboxes(room);
    try {
      await eventually(async () => (await subjects()).length === 1);
      await server.append('trickle', [letter({ subject: 'During' })]);
      proxy.down = { kind: 'trickle', bytes: 1, every: 1000 };
      const began = Date.now();
      await eventually(troubled, 300_000);
      t.diagnostic(`told after ${Math.round((Date.now() - began) / 1000)} s`);
      proxy.down = undefined;
      const quick = Date.now();
      await eventually(async () => (await subjects()).length === 2, 120_000);
      assert.ok(Date.now() - quick < 120_000);
    } finally {
      await stop();
      await proxy.stop();
    }
  });
});
