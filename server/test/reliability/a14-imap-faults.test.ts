import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { listenToMailboxes } from '../../src/channels/email/mailboxes.ts';
import { type ChaosProxy, chaosProxy, type Faults } from '../chaos-proxy.ts';
import { type Dovecot, dovecot, hasDovecot, letter } from '../mail.ts';
import { eventually, type TestRoom, testRoom } from '../room.ts';

const seed = Number(process.env.SEED ?? 14);
const MAILS = 60;

/** What a line does to us before it is put right. Each is a mailbox of its own, and all are read at the same time. */
const faults: Record<string, (n: number, random: () => number) => Faults> = {
  'resets in the middle of a mail': (n, random) =>
    n < 3 ? { down: { kind: 'reset', after: 900 + Math.floor(random() * 30_000) } } : {},
  'ends in the middle of a mail': (n, random) =>
    n < 3 ? { down: { kind: 'truncate', after: 2_500 + Math.floor(random() * 30_000) } } : {},
  'loses bytes of a mail': (n, random) =>
    n < 2 ? { down: { kind: 'swallow', after: 'This is the body', bytes: 50 + Math.floor(random() * 900) } } : {},
  'is closed on one side': (n) => (n < 2 ? { down: { kind: 'half-close', after: 'This is the body' } } : {}),
  'is not read any more by the server': (n) => (n < 2 ? { up: { kind: 'reset', after: 'BODY.PEEK' } } : {}),
  'answers BAD': (n) =>
    n < 2 ? { down: { kind: 'rewrite', change: (text) => text.replace(/OK Fetch/, 'BAD Fetch') } } : {},
  'answers NO': (n) =>
    n < 2 ? { down: { kind: 'rewrite', change: (text) => text.replace(/OK Fetch/, 'NO Fetch') } } : {},
  'cuts a mail short and says that it is whole': (n) => (n < 2 ? { down: { kind: 'rewrite', change: cutShort } } : {}),
  'leaves a mail out': (n) => (n < 2 ? { down: { kind: 'rewrite', change: leaveOut } } : {}),
  'forgets a mail in its list': (n) => (n < 1 ? { down: { kind: 'rewrite', change: forgetOnce() } } : {}),
  'delays everything': () => ({
    down: { kind: 'delay', least: 0, most: 60 },
    up: { kind: 'delay', least: 0, most: 60 },
  }),
};
/** Half of the first mail in this piece, with the length said right, as from a server whose disk lost the rest. */
function cutShort(text: string): string {
  return text.replace(/BODY\[\] \{(\d+)\}\r\n/, (all, size: string, at: number) => {
    const whole = text.slice(at + all.length, at + all.length + Number(size));
    return whole.length < Number(size)
      ? all
      : `BODY[] {100}\r\n${whole.slice(0, 100)})\r\n* 9999 FETCH (X-REST {${Number(size) - 100}}\r\n`;
  });
}
/** One mail is missing where sizes are told, once. */
function forgetOnce(): (text: string) => string {
  let done = false;
  return (text) => {
    const without = done ? text : text.replace(/\* \d+ FETCH \((?=[^)]*RFC822\.SIZE)[^)]*\)\r\n/, '');
    done ||= without !== text;
    return without;
  };
}
/** The first mail in this piece comes without its text. */
const leaveOut = (text: string): string => text.replace(/BODY\[\] \{(\d+)\}\r\n/, 'X-NOTHING {$1}\r\n');

describe('A14: IMAP faults', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let server: Dovecot;
  let room: TestRoom;
  const ends: (() => Promise<unknown>)[] = [];
  before(async () => {
    [server, room] = await Promise.all([dovecot(), testRoom()]);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
    await room?.close();
    await server?.stop();
  });
  const behind = async (user: string): Promise<{ proxy: ChaosProxy; id: string }> => {
    const proxy = await chaosProxy(server.port, seed);
    ends.push(proxy.stop);
    const imap = {
      host: '127.0.0.1',
      port: proxy.port,
      security: 'none' as const,
      user,
      folder: 'INBOX',
      since: null,
      all: true,
    };
    const { id } = await room.inbox({ imap }, { imap: server.password }, `${user}@example.com`);
    return { proxy, id };
  };
  const texts = (inboxId: string): Promise<{ subject: string; text: string }[]> =>
    room.rows(
      sql`select subject, text from message where workspace_id = ${room.workspaceId} and inbox_id = ${inboxId} and type = 'in'`,
    );
  const state = async (inboxId: string): Promise<{ state: string; state_text: string }> =>
    (
      await room.rows<{ state: string; state_text: string }>(
        sql`select state, state_text from inbox where workspace_id = ${room.workspaceId} and id = ${inboxId}`,
      )
    )[0] ?? { state: '', state_text: '' };
  const body = (i: number): string =>
    `This is the body of mail ${i}. ${`It has more than one line, number ${i}.\n`.repeat(20)}That was mail ${i}.`;

  it(`A14: however a line breaks, each mail is here once and whole (seed ${seed})`, async (t) => {
    const boxes = new Map<string, { proxy: ChaosProxy; id: string }>();
    for (const [n, [name, each]] of Object.entries(faults).entries()) {
      const user = `fault${n}`;
      await server.append(
        user,
        Array.from({ length: MAILS }, (_, i) => letter({ subject: `Mail ${i}`, text: body(i) })),
      );
      const box = await behind(user);
      box.proxy.each = each;
      boxes.set(name, box);
    }
    const stop = await listenToMailboxes(room);
    ends.push(stop);
    for (const [name, { id, proxy }] of boxes) {
      await eventually(async () => (await texts(id)).length >= MAILS, 60_000).catch(async (error) => {
        const quarantine = await room.rows(
          sql`select reason, uid from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${id} and state <> 'processed'`,
        );
        throw new Error(
          `A line that ${name}: ${(await texts(id)).length} of ${MAILS}, ${proxy.opened()} lines, ${JSON.stringify(await state(id))}, ${JSON.stringify(quarantine)}: ${error}`,
        );
      });
      const kept = await texts(id);
      assert.equal(new Set(kept.map((mail) => mail.subject)).size, kept.length, `a line that ${name}: one came twice`);
      for (const { subject, text } of kept)
        assert.equal(
          text.replace(/\s+/g, ' ').trim(),
          body(Number(subject.slice(5))).replace(/\s+/g, ' '),
          `a line that ${name}: a mail is not whole`,
        );
      t.diagnostic(`${name}: ${kept.length} of ${MAILS}, once, over ${proxy.opened()} lines`);
    }
  });

  it('A14: a password that is revoked is told at once, and it goes on by itself when the password is good again', async () => {
    await server.append('revoked', [letter({ subject: 'Before' })]);
    const { proxy, id } = await behind('revoked');
    ends.push(await listenToMailboxes(room));
    await eventually(async () => (await texts(id)).length === 1 && (await state(id)).state === 'working');
    const sasl = Buffer.from(`\0revoked\0${server.password}`).toString('base64');
    const nonsense = Buffer.from('\0revoked\0nonsense').toString('base64');
    proxy.up = { kind: 'rewrite', change: (text) => text.replace(sasl, nonsense) };
    await server.append('revoked', [letter({ subject: 'During' })]);
    proxy.cut();
    await eventually(async () => (await state(id)).state === 'trouble', 60_000);
    assert.match((await state(id)).state_text, /refused the user name or password/);
    proxy.up = undefined;
    await eventually(
      async () => (await texts(id)).some((mail) => mail.subject === 'During') && (await state(id)).state === 'working',
      120_000,
    );
  });
});
