import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { mailSettings } from '@hearten/contract';
import { chaosProxy } from '../../../test/chaos-proxy.ts';
import { type Dovecot, dovecot, hasDovecot, letter } from '../../../test/mail.ts';
import { eventually, type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { firstIdOf, newId } from '../../base/ids.ts';
import { deleteForGood } from '../../conversations/index.ts';
import { arrive } from './arrive.ts';
import type { Box } from './bodies.ts';
import { forgetMails } from './forget.ts';
import { imapClient } from './imap.ts';
import type { Raw } from './incoming.ts';
import { openMailbox } from './mailbox.ts';
import { listenToMailboxes } from './mailboxes.ts';
import { dueAgain, setAside } from './set-aside.ts';
import { testConnection } from './test-connection.ts';

const count = async (room: TestRoom, inboxId: string): Promise<number> =>
  (
    await room.rows<{ n: number }>(
      sql`select count(*)::int as n from message where workspace_id = ${room.workspaceId} and inbox_id = ${inboxId} and type = 'in'`,
    )
  )[0]?.n ?? -1;
const state = async (room: TestRoom, inboxId: string): Promise<{ state: string; state_text: string }> =>
  (
    await room.rows<{ state: string; state_text: string }>(
      sql`select state, state_text from inbox where workspace_id = ${room.workspaceId} and id = ${inboxId}`,
    )
  )[0] ?? { state: '', state_text: '' };
const mailbox = (port: number, user: string, more: object = {}) => ({
  imap: { host: '127.0.0.1', port, security: 'none' as const, user, folder: 'INBOX', since: null, all: true, ...more },
});
const many = (n: number, from = 0): string[] =>
  Array.from({ length: n }, (_, i) =>
    letter({
      subject: `Mail ${from + i}`,
      text: `Number ${from + i}`,
      from: `Customer ${i % 40} <c${i % 40}@example.org>`,
    }),
  );

describe('Fetching mail over IMAP', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let server: Dovecot;
  let room: TestRoom;
  const secrets = () => ({ imap: server.password });
  const fetching = async (work: () => Promise<void>, processes = 1): Promise<void> => {
    const stops = await Promise.all(Array.from({ length: processes }, () => listenToMailboxes(room)));
    try {
      await work();
    } finally {
      await Promise.all(stops.map((stop) => stop()));
      await room.db.tx(room.workspaceId, (tx) =>
        tx.run(sql`update inbox set enabled = false where workspace_id = ${room.workspaceId}`),
      );
    }
  };
  before(async () => {
    [server, room] = await Promise.all([dovecot(), testRoom({ MAX_MAIL_MB: '1' })]);
  });
  after(async () => {
    await room?.close();
    await server?.stop();
  });

  it('brings every mail of a mailbox once, marks them read afterwards, and hears of a new one at once', async () => {
    await server.append('first', many(120));
    const inbox = await room.inbox(mailbox(server.port, 'first'), secrets(), 'first@example.com');
    await fetching(async () => {
      await eventually(async () => (await count(room, inbox.id)) === 120);
      await server.append('first', many(1, 120));
      const began = Date.now();
      await eventually(async () => (await count(room, inbox.id)) === 121);
      assert.ok(Date.now() - began < 5000);
      assert.equal((await state(room, inbox.id)).state, 'working');
      await eventually(
        async () => (await server.list('first')).filter((mail) => mail.flags.has('\\Seen')).length === 1,
      );
    });
    const rows = await room.rows<{ n: number; historic: number }>(
      sql`select count(*)::int as n, count(*) filter (where (data->>'historic')::boolean)::int as historic from event where workspace_id = ${room.workspaceId} and name = 'message.received'`,
    );
    assert.deepEqual(rows[0], { n: 121, historic: 120 });
  });

  it('leaves what was there before alone, unless history is asked for', async () => {
    await server.append('before', many(10));
    const inbox = await room.inbox(mailbox(server.port, 'before', { all: false }), secrets(), 'before@example.com');
    await fetching(async () => {
      await eventually(async () => (await state(room, inbox.id)).state === 'working');
      await server.append('before', many(3, 10));
      await eventually(async () => (await count(room, inbox.id)) === 3);
    });
    assert.equal(await count(room, inbox.id), 3);
  });

  it('A02: keeps each mail single when several processes fetch the same mailbox', async () => {
    await server.append('race', many(200));
    const inbox = await room.inbox(mailbox(server.port, 'race'), secrets(), 'race@example.com');
    await fetching(() => eventually(async () => (await count(room, inbox.id)) === 200), 4);
    const twice = await room.rows(
      sql`select uid from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} group by uid having count(*) > 1`,
    );
    assert.deepEqual(twice, []);
  });

  it('A07: finds mail that is moved out of spam later, however old it is, within two polls, and tells of it', async () => {
    const old = new Date(Math.trunc(Date.now() / 1000) * 1000 - 10 * 86_400_000); // IMAP knows whole seconds
    await server.createFolder('spam', 'Junk');
    await server.append('spam', [letter({ subject: 'Rescued' })], 'Junk', old);
    const inbox = await room.inbox(mailbox(server.port, 'spam', { all: false }), secrets(), 'spam@example.com');
    await fetching(async () => {
      await eventually(async () => (await state(room, inbox.id)).state === 'working');
      const [mail] = await server.list('spam', 'Junk');
      await server.move('spam', [mail?.uid ?? 0], 'Junk', 'INBOX');
      await eventually(async () => (await count(room, inbox.id)) === 1, 60_000);
    });
    const [told] = await room.rows<{ historic: boolean; at: string }>(
      sql`select (e.data->>'historic')::boolean as historic, m.at from event e join message m on m.workspace_id = e.workspace_id and m.id = e.message_id where e.workspace_id = ${room.workspaceId} and m.inbox_id = ${inbox.id} and e.name = 'message.received'`,
    );
    assert.equal(told?.historic, false, 'it is new to us, and people hear of it');
    assert.equal(Math.round(Date.parse(told?.at ?? '') / 1000), Math.round(old.getTime() / 1000));
  });

  it('A07: mail moved out of spam stands on top of the list, over a restart too; history and mail that waited for us keep their time', async () => {
    const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    const again = () =>
      room.db.tx(room.workspaceId, (tx) =>
        tx.run(sql`update inbox set enabled = true where workspace_id = ${room.workspaceId} and id = ${inbox.id}`),
      );
    const minutesAgo = async (): Promise<Record<string, { listed: number; shown: number }>> => {
      const rows = await room.rows<{ subject: string; last_at: string; at: string }>(
        sql`select c.subject, c.last_at, m.at from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id where c.workspace_id = ${room.workspaceId} and c.inbox_id = ${inbox.id}`,
      );
      const since = (at: string): number => Math.round((Date.now() - Date.parse(at)) / 60_000);
      return Object.fromEntries(rows.map((row) => [row.subject, { listed: since(row.last_at), shown: since(row.at) }]));
    };
    const mail = (subject: string) => letter({ subject, from: `${subject}@example.org` });
    await server.createFolder('moved', 'Junk');
    await server.append('moved', [mail('history')], 'INBOX', ago(900));
    await server.append('moved', [mail('rescued'), mail('later')], 'Junk', ago(600));
    const inbox = await room.inbox(mailbox(server.port, 'moved'), secrets(), 'moved@example.com');
    const junk = async () => (await server.list('moved', 'Junk'))[0]?.uid ?? 0;
    await fetching(async () => {
      await eventually(async () => (await count(room, inbox.id)) === 1);
      await eventually(async () => (await readAt()) !== null);
      await server.move('moved', [await junk()], 'Junk', 'INBOX');
      await eventually(async () => (await count(room, inbox.id)) === 2, 60_000);
    });
    async function readAt(): Promise<string | null> {
      const [row] = await room.rows<{ read_at: string | null }>(
        sql`select read_at from mailbox where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
      );
      return row?.read_at ?? null;
    }
    assert.deepEqual(await minutesAgo(), {
      history: { listed: 900, shown: 900 },
      rescued: { listed: 0, shown: 600 },
    });
    // We were down for two hours: what came meanwhile waited for us, what is older was put there.
    await room.db.tx(room.workspaceId, (tx) =>
      tx.run(
        sql`update mailbox set read_at = ${ago(120).toISOString()} where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
      ),
    );
    await server.append('moved', [mail('waited')], 'INBOX', ago(90));
    await server.move('moved', [await junk()], 'Junk', 'INBOX');
    await again();
    await fetching(() => eventually(async () => (await count(room, inbox.id)) === 4, 60_000));
    const { waited, later } = await minutesAgo();
    assert.deepEqual(
      [waited, later],
      [
        { listed: 90, shown: 90 },
        { listed: 0, shown: 600 },
      ],
    );
  });

  it('A08: a mail that its server never hands out is told of once, asked for again each day, and gone from quarantine with the mailbox', async () => {
    const inbox = await room.inbox(mailbox(server.port, 'never'), secrets(), 'never@example.com');
    const box: Box = {
      workspaceId: room.workspaceId,
      inboxId: inbox.id,
      address: inbox.address,
      place: mailbox(server.port, 'never').imap,
      trips: { uid: 0, times: 0, short: false },
      guesses: false,
      again: new Set(),
    };
    const place = await room.db.tx(room.workspaceId, (tx) =>
      openMailbox(tx, inbox.id, 'INBOX', { uidvalidity: 7, nextUid: 1, history: false }),
    );
    const lost = (): Raw => ({
      id: newId(),
      inboxId: inbox.id,
      source: 'imap',
      bytes: Buffer.alloc(0),
      size: 900,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: 'INBOX',
      uidvalidity: 7,
      uid: 5,
      envelope: {},
      stub: 'The mail server breaks off whenever this mail is fetched.',
    });
    const told = async (): Promise<number> =>
      (
        await room.rows(
          sql`select 1 from event where workspace_id = ${room.workspaceId} and name = 'quarantine.added' and data->>'inboxId' = ${inbox.id}`,
        )
      ).length;
    const due = (there: number[]) => dueAgain(room, box, place, new Set(there));
    const aDayPasses = () =>
      room.db.tx(room.workspaceId, (tx) =>
        tx.run(
          sql`update inbound_mail set id = ${firstIdOf(Date.now() - 86_400_000)}, asked_at = asked_at - interval '1 day' where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
        ),
      );
    await setAside(room, room.workspaceId, [lost()]);
    assert.deepEqual([await told(), [...(await due([5]))]], [1, []]);
    for (const _day of [1, 2]) {
      await aDayPasses();
      assert.deepEqual([...(await due([5]))], [5]);
      await setAside(room, room.workspaceId, [lost()]);
      assert.deepEqual([await told(), [...(await due([5]))]], [1, []], 'asked for again, and nobody hears of it twice');
    }
    await aDayPasses();
    assert.deepEqual([...(await due([]))], []);
    const left = await room.rows(
      sql`select 1 from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
    );
    assert.deepEqual(left, []);
  });

  it('A05: imports nothing again when the server numbers its mail anew, but misses nothing new', async () => {
    await server.append('anew', many(60));
    const inbox = await room.inbox(mailbox(server.port, 'anew'), secrets(), 'anew@example.com');
    await fetching(() => eventually(async () => (await count(room, inbox.id)) === 60));
    const before = await room.rows<{ n: number }>(
      sql`select count(*)::int as n from event where workspace_id = ${room.workspaceId}`,
    );
    await server.renumber('anew');
    await server.append('anew', many(2, 60));
    await room.db.tx(room.workspaceId, (tx) =>
      tx.run(sql`update inbox set enabled = true where workspace_id = ${room.workspaceId} and id = ${inbox.id}`),
    );
    await fetching(async () => {
      await eventually(
        async () =>
          (
            await room.rows(
              sql`select 1 from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
            )
          ).length === 122,
      );
    });
    assert.equal(await count(room, inbox.id), 62);
    const now = await room.rows<{ n: number }>(
      sql`select count(*)::int as n from event where workspace_id = ${room.workspaceId}`,
    );
    assert.equal((now[0]?.n ?? 0) - (before[0]?.n ?? 0), 2, 'only the two new mails are told of');
  });

  it('A16: does not bring back a conversation that was deleted: not by polls, sweeps, new numbers, a restart or another way in', async () => {
    const words = letter({ subject: 'Delete me', text: 'Words that must be gone.', id: 'gone@example.org' });
    await server.append('gone', [words]);
    const inbox = await room.inbox(mailbox(server.port, 'gone'), secrets(), 'gone@example.com');
    const again = async (mails: string[], wanted: number) => {
      await room.db.tx(room.workspaceId, (tx) =>
        tx.run(sql`update inbox set enabled = true where workspace_id = ${room.workspaceId} and id = ${inbox.id}`),
      );
      await room.db.tx(room.workspaceId, (tx) =>
        tx.run(
          sql`update mailbox set swept_at = null where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
        ),
      );
      await server.append('gone', mails);
      await fetching(async () => {
        await eventually(async () => (await count(room, inbox.id)) === wanted);
        await eventually(
          async () =>
            (
              await room.rows(
                sql`select 1 from mailbox where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and swept_at is not null`,
              )
            ).length === 1,
        );
      });
    };
    await again([], 1);
    const [row] = await room.rows<{ id: string; raw_hash: Buffer }>(
      sql`select c.id, m.raw_hash from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id where c.workspace_id = ${room.workspaceId} and c.inbox_id = ${inbox.id}`,
    );
    assert.ok(row);
    const nobody = { kind: 'system' as const, id: null };
    await assert.rejects(
      room.db.tx(room.workspaceId, (tx) => deleteForGood(tx, nobody, row.id)),
      /Only what lies in the trash/,
    );
    await room.db.tx(room.workspaceId, async (tx) => {
      await tx.run(
        sql`update conversation set folder = 'trash', trashed_at = now() where workspace_id = ${room.workspaceId} and id = ${row.id}`,
      );
      await deleteForGood(tx, nobody, row.id);
    });
    const [event] = await room.rows<EventRow>(
      sql`select * from event where workspace_id = ${room.workspaceId} and name = 'conversation.deleted'`,
    );
    const [place] = await room.rows<{ pack: string; start: number; size: number }>(
      sql`select pack, start, size from blob where workspace_id = ${room.workspaceId} and hash = ${row.raw_hash}`,
    );
    assert.ok(event && place);
    await room.db.tx(room.workspaceId, (tx) => forgetMails(tx, room.files, event));
    await room.files.erase(place);
    await assert.rejects(room.files.get(room.db, room.workspaceId, row.raw_hash), /not here any more/);
    const pack = await readFile(join(room.config.DATA_DIR, 'files', place.pack));
    assert.ok(!pack.includes('Words that must be gone.'), 'the bytes are overwritten');

    await again(many(1, 1), 1); // a poll, with something new
    await again([], 1); // a sweep, after a restart
    await server.renumber('gone');
    await again([], 1);
    await server.append('gone', [words]); // the same mail under a new number
    await again(many(1, 2), 2);
    const byPost: Raw = {
      id: newId(),
      inboxId: inbox.id,
      source: 'http',
      bytes: Buffer.from(words),
      size: words.length,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    };
    await arrive(room, room.workspaceId, [byPost]);
    assert.equal(await count(room, inbox.id), 2);
    const answer = letter({
      subject: 'Re: Delete me',
      text: 'Still there?',
      headers: ['In-Reply-To: <gone@example.org>'],
    });
    await arrive(room, room.workspaceId, [{ ...byPost, id: newId(), bytes: Buffer.from(answer) }]);
    assert.equal(await count(room, inbox.id), 3, 'an answer to it is new mail');
  });

  it('A11: shows a mail above the limit with sender and subject, and does not fetch its body', async () => {
    await server.append('large', [
      letter({ subject: 'Large', text: 'x'.repeat(70) + '\r\n'.repeat(1) + 'y'.repeat(3 * 1024 * 1024) }),
      letter({ subject: 'Small' }),
    ]);
    const inbox = await room.inbox(mailbox(server.port, 'large'), secrets(), 'large@example.com');
    await fetching(() => eventually(async () => (await count(room, inbox.id)) === 2));
    const [row] = await room.rows<{ text: string; sender: { address: string } }>(
      sql`select text, sender from message where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and subject = 'Large'`,
    );
    assert.match(row?.text ?? '', /3\.0 MB, more than the 1 MB/);
    assert.equal(row?.sender.address, 'ana@example.org');
  });

  it('A08: sets broken mail aside, visibly, and goes on with the rest', async () => {
    const broken = ['\0\0\0', `Subject: nobody\r\n\r\nwho?`, ''];
    await server.append('broken', [...many(5), ...broken, ...many(5, 5)]);
    const inbox = await room.inbox(mailbox(server.port, 'broken'), secrets(), 'broken@example.com');
    await fetching(() =>
      eventually(
        async () =>
          (
            await room.rows(
              sql`select 1 from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id}`,
            )
          ).length === 13,
      ),
    );
    assert.equal(await count(room, inbox.id), 10);
    const aside = await room.rows<{ reason: string }>(
      sql`select reason from inbound_mail where workspace_id = ${room.workspaceId} and inbox_id = ${inbox.id} and state = 'quarantined'`,
    );
    assert.equal(aside.length, 3);
    for (const { reason } of aside) assert.ok(reason.length > 10);
  });

  it('says in plain words what is wrong, and goes on by itself when it is put right', async () => {
    await server.append('wrong', many(1));
    const inbox = await room.inbox(mailbox(server.port, 'wrong'), { imap: 'nonsense' }, 'wrong@example.com');
    const lost = await room.inbox(mailbox(server.port, 'lost', { folder: 'Nowhere' }), secrets(), 'lost@example.com');
    const away = await room.inbox({ imap: { ...mailbox(1, 'away').imap } }, secrets(), 'away@example.com');
    await fetching(async () => {
      await eventually(
        async () =>
          (await state(room, inbox.id)).state === 'trouble' &&
          (await state(room, lost.id)).state === 'trouble' &&
          (await state(room, away.id)).state === 'trouble',
      );
      assert.match((await state(room, inbox.id)).state_text, /refused the user name or password/);
      assert.match((await state(room, lost.id)).state_text, /no folder named Nowhere/);
      assert.match((await state(room, away.id)).state_text, /nothing answers on port 1/);
    });
    assert.ok(!room.said.join('').includes('nonsense'), 'no password in the log');
  });

  it('A14: comes back by itself when the line breaks in the middle of a mail', async () => {
    const proxy = await chaosProxy(server.port);
    await server.append('cut', many(150));
    const inbox = await room.inbox(mailbox(proxy.port, 'cut'), secrets(), 'cut@example.com');
    proxy.down = { kind: 'reset', after: 30_000 };
    await fetching(async () => {
      await eventually(async () => proxy.opened() > 0);
      await eventually(async () => proxy.lines() === 0);
      proxy.down = undefined;
      await eventually(async () => (await count(room, inbox.id)) === 150, 30_000);
    });
    await proxy.stop();
    assert.equal(await count(room, inbox.id), 150);
  });

  it('a test says how many mails would be read, by how far back is chosen, and leaves all of them as they are', async () => {
    const day = (ago: number): Date => new Date(Date.now() - ago * 86_400_000);
    await server.append('tested', many(4), 'INBOX', day(40));
    await server.append('tested', many(3, 4), 'INBOX', day(5));
    const place = mailbox(server.port, 'tested').imap;
    const client = imapClient(place, 'tested@example.com', server.password);
    await client.connect();
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('1', ['\\Seen']);
    const seen = () => client.search({ seen: true }, { uid: true });
    for (const [how, count] of [
      [{ all: true }, 7],
      [{ all: false, since: day(10).toISOString() }, 3],
      [{ all: false }, 0],
    ] as const) {
      const settings = mailSettings.parse({ imap: { ...place, ...how }, smtp: null });
      const tried = await testConnection('tested@example.com', settings, { imap: server.password });
      assert.ok(
        tried.findings.every((one) => one.ok),
        JSON.stringify(tried),
      );
      assert.equal(tried.count, count, JSON.stringify(how));
      assert.match(tried.findings.at(-1)?.text ?? '', /It holds 7 mails/);
    }
    assert.deepEqual(await seen(), [1], 'none was read by it');
    client.close();
  });

  it('imports history from a day on, oldest left alone, and takes more when more is wanted later', async () => {
    const day = (ago: number): Date => new Date(Date.now() - ago * 86_400_000);
    await server.append('since', many(4), 'INBOX', day(40));
    await server.append('since', many(3, 4), 'INBOX', day(5));
    const inbox = await room.inbox(
      mailbox(server.port, 'since', { all: false, since: day(10).toISOString() }),
      secrets(),
      'since@example.com',
    );
    await fetching(async () => {
      await eventually(async () => (await count(room, inbox.id)) === 3);
      await server.append('since', many(1, 7));
      await eventually(async () => (await count(room, inbox.id)) === 4);
    });
    const [rows] = await room.rows<{ historic: number }>(sql`
      select count(*) filter (where (e.data->>'historic')::boolean)::int as historic from event e
      where e.workspace_id = ${room.workspaceId} and e.name = 'message.received' and e.data->>'inboxId' = ${inbox.id}`);
    assert.equal(rows?.historic, 3);
  });
});
