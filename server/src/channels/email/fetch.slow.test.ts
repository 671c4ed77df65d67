import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import nodemailer from 'nodemailer';
import { chaosProxy } from '../../../test/chaos-proxy.ts';
import { type Dovecot, dovecot, hasDovecot, letter } from '../../../test/mail.ts';
import { eventually, type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import { Unavailable } from '../../base/errors.ts';
import { listen } from './listen.ts';
import { listenToMailboxes } from './mailboxes.ts';
import type { Room } from './room.ts';
import { readStored } from './stored.ts';

const many = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => letter({ subject: `Mail ${from + i}`, text: `Number ${from + i}` }));

const mailbox = (port: number, user: string) => ({
  imap: { host: '127.0.0.1', port, security: 'none' as const, user, folder: 'INBOX', since: null, all: true },
});

describe('Fetching mail when things go wrong', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let server: Dovecot;
  let room: TestRoom;
  before(async () => {
    [server, room] = await Promise.all([dovecot(), testRoom()]);
  });
  after(async () => {
    await room?.close();
    await server?.stop();
  });
  const subjects = async (inboxId: string): Promise<string[]> =>
    (
      await room.rows<{ subject: string }>(
        sql`select subject from message where workspace_id = ${room.workspaceId} and inbox_id = ${inboxId} order by subject`,
      )
    ).map((row) => row.subject);
  const state = async (inboxId: string): Promise<string> =>
    (
      await room.rows<{ state: string }>(
        sql`select state from inbox where workspace_id = ${room.workspaceId} and id = ${inboxId}`,
      )
    )[0]?.state ?? '';

  it('A14: notices within a minute that a server says nothing any more, tells it, and goes on when it speaks again', async () => {
    const proxy = await chaosProxy(server.port);
    const inbox = await room.inbox(mailbox(proxy.port, 'silent'), { imap: server.password }, 'silent@example.com');
    await server.append('silent', [letter({ subject: 'Before' })]);
    const stop = await listenToMailboxes(room);
    try {
      await eventually(async () => (await subjects(inbox.id)).length === 1);
      proxy.down = { kind: 'hang' };
      await server.append('silent', [letter({ subject: 'During' })]);
      const began = Date.now();
      await eventually(async () => (await state(inbox.id)) === 'trouble', 140_000);
      assert.ok(Date.now() - began < 130_000, 'two time-outs at most');
      proxy.down = undefined;
      proxy.cut();
      await eventually(
        async () => (await subjects(inbox.id)).length === 2 && (await state(inbox.id)) === 'working',
        100_000,
      );
    } finally {
      await stop();
      await proxy.stop();
    }
  });

  it('A15: leaves mail unread and unmarked while the database or the disk takes nothing, and fetches it once they do', async () => {
    const inbox = await room.inbox(mailbox(server.port, 'down'), { imap: server.password }, 'down@example.com');
    await server.append('down', [letter({ subject: 'One' }), letter({ subject: 'Two' })]);
    let down = true;
    let refused = 0;
    const half: Room = {
      ...room,
      files: {
        ...room.files,
        put: (all) => {
          if (!down) return room.files.put(all);
          refused++;
          return Promise.reject(Unavailable('The disk is full, so nothing new can be stored.'));
        },
      },
    };
    const stop = await listenToMailboxes(half);
    try {
      await eventually(async () => refused >= 2, 30_000);
      await eventually(async () => (await state(inbox.id)) === 'trouble');
      const [told] = await room.rows<{ state_text: string }>(
        sql`select state_text from inbox where workspace_id = ${room.workspaceId} and id = ${inbox.id}`,
      );
      assert.match(told?.state_text ?? '', /^The disk is full/);
      assert.deepEqual(await subjects(inbox.id), []);
      assert.ok(
        (await server.list('down')).every((mail) => !mail.flags.has('\\Seen')),
        'nothing is marked before it is safe',
      );
      down = false;
      await eventually(async () => (await subjects(inbox.id)).length === 2, 60_000);
    } finally {
      await stop();
    }
  });

  it('A11: takes 150 MB by IMAP and by SMTP as a stub with sender and subject, without holding it in memory', async () => {
    const large = letter({
      subject: 'Huge',
      text: `${'0123456789'.repeat(7)}\r\n`.repeat(Math.ceil((150 * 1024 * 1024) / 72)),
    });
    const inbox = await room.inbox(mailbox(server.port, 'huge'), { imap: server.password }, 'huge@example.com');
    await server.append('huge', [large, letter({ subject: 'Normal' })]);
    const listening = await listen(room, '127.0.0.1:0');
    const stop = await listenToMailboxes(room);
    // Piece by piece, so that what is measured is the one who takes it and not the one who sends it from the same process.
    function* again(): Generator<string> {
      const head = large.indexOf('\r\n\r\n');
      yield large
        .slice(0, head)
        .replace('Subject: Huge', 'Subject: Huge by SMTP')
        .replace(/^Message-ID.*$/m, 'Message-ID: <other@example.org>');
      for (let at = head; at < large.length; at += 65_536) yield large.slice(at, at + 65_536);
    }
    let highest = 0;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().arrayBuffers);
    }, 20);
    try {
      await eventually(async () => (await subjects(inbox.id)).length === 2, 60_000);
      const [row] = await room.rows<{ text: string; sender: { address: string } }>(
        sql`select text, sender from message where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and subject = 'Huge'`,
      );
      assert.match(row?.text ?? '', /150 MB, more than the 40 MB/);
      assert.equal(row?.sender.address, 'ana@example.org');
      const transport = nodemailer.createTransport({
        host: '127.0.0.1',
        port: listening.port,
        secure: false,
        ignoreTLS: true,
      });
      const before = process.memoryUsage().arrayBuffers;
      highest = before;
      await assert.rejects(
        transport.sendMail({
          envelope: { from: 'ana@example.org', to: ['huge@example.com'] },
          raw: Readable.from(again()),
        }),
        (error: Error & { responseCode: number }) => error.responseCode === 552,
      );
      transport.close();
      assert.ok((await subjects(inbox.id)).includes('Huge by SMTP'));
      assert.ok(highest - before < 300 * 1024 * 1024, `${Math.round((highest - before) / 1024 / 1024)} MB more`);
    } finally {
      clearInterval(watch);
      await stop();
      await listening.stop();
    }
  });

  it('A08: sets one mail aside that breaks the line each time it is fetched, fetches the others, and fetches it again when asked', async () => {
    const proxy = await chaosProxy(server.port);
    proxy.down = { kind: 'reset', after: 'THE-POISON' };
    await server.append('poison', [...many(0, 5), letter({ subject: 'Poison', text: 'THE-POISON' }), ...many(5, 10)]);
    const inbox = await room.inbox(mailbox(proxy.port, 'poison'), { imap: server.password }, 'poison@example.com');
    const stop = await listenToMailboxes(room);
    try {
      await eventually(async () => (await subjects(inbox.id)).length === 10, 45_000);
      const [aside] = await room.rows<{ id: string; reason: string }>(
        sql`select id, reason from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and state = 'quarantined'`,
      );
      assert.match(aside?.reason ?? '', /breaks off whenever this mail is fetched/);
      proxy.down = undefined;
      await readStored(room, room.workspaceId, aside?.id ?? '');
      await eventually(async () => (await subjects(inbox.id)).includes('Poison'), 60_000);
    } finally {
      await stop();
      await proxy.stop();
    }
  });
});
