import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import pg from 'pg';
import { sql } from '../../src/base/db.ts';
import { listenToMailboxes } from '../../src/channels/email/mailboxes.ts';
import { type ChaosProxy, chaosProxy } from '../chaos-proxy.ts';
import { dovecot, hasDovecot, letter } from '../mail.ts';
import { eventually, testRoom } from '../room.ts';

const ends: (() => Promise<unknown> | undefined)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});
/** The database behind a proxy: over TCP, or over the socket in a folder. */
async function through(url: string): Promise<{ url: string; proxy: ChaosProxy; direct: string }> {
  const at = new URL(url);
  const folder = at.searchParams.get('host');
  const port = at.port || at.searchParams.get('port') || '5432';
  const proxy = await chaosProxy(folder ? `${folder}/.s.PGSQL.${port}` : Number(port));
  const near = new URL(url);
  near.searchParams.delete('host');
  near.hostname = '127.0.0.1';
  near.port = String(proxy.port);
  return { url: near.href, proxy, direct: url };
}

it('A15: the database goes away while mail is fetched: nothing is marked before it is safe, all of it is here once afterwards', {
  skip: hasDovecot ? false : 'dovecot is not installed',
}, async (t) => {
  let database: Awaited<ReturnType<typeof through>> | undefined;
  const [server, room] = await Promise.all([
    dovecot(),
    testRoom({}, async (url) => {
      database = await through(url);
      return database.url;
    }),
  ]);
  if (!database) throw new Error('There is no database.');
  const { proxy: toDatabase } = database;
  const imap = await chaosProxy(server.port);
  const direct = new pg.Client(database.direct);
  await direct.connect();
  ends.push(server.stop, room.close, toDatabase.stop, imap.stop, () => direct.end());
  const place = {
    host: '127.0.0.1',
    port: imap.port,
    security: 'none' as const,
    user: 'down',
    folder: 'INBOX',
    since: null,
    all: false,
  };
  const inbox = await room.inbox({ imap: place }, { imap: server.password }, 'down@example.com');
  const kept = async (uids?: number[]): Promise<number> => {
    await direct.query('begin');
    await direct.query(`select set_config('app.workspace_id', $1, true)`, [room.workspaceId]);
    const { rows } = await direct.query<{ n: number }>(
      'select count(*)::int as n from inbound_mail where inbox_id = $1 and message_id is not null and ($2::bigint[] is null or uid = any ($2::bigint[]))',
      [inbox.id, uids ?? null],
    );
    await direct.query('rollback');
    return rows[0]?.n ?? -1;
  };

  let stores = 0;
  let early = 0;
  let fetches = 0;
  imap.tap = async (way, bytes) => {
    const text = bytes.toString('latin1');
    if (way === 'down' && text.includes('BODY[] {') && ++fetches === 1) {
      // The bodies are on their way, and the database is gone before they arrive.
      toDatabase.refuse = true;
      toDatabase.cut();
    }
    for (const [, set] of way === 'up' ? text.matchAll(/UID STORE ([\d:,]+)/g) : []) {
      const uids = (set as string).split(',').flatMap((range) => {
        const [from, to = from] = range.split(':').map(Number) as [number, number?];
        return Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i);
      });
      stores += uids.length;
      early += uids.length - (await kept(uids));
    }
  };
  const stop = await listenToMailboxes(room);
  ends.push(stop);
  await eventually(
    async () =>
      imap.opened() > 0 &&
      (await room.rows(sql`select 1 from mailbox where workspace_id = ${room.workspaceId}`)).length > 0,
    30_000,
  );
  await server.append(
    'down',
    Array.from({ length: 60 }, (_, i) => letter({ subject: `Mail ${i}`, from: `d${i}@example.org` })),
  );
  await eventually(async () => fetches > 0 && toDatabase.lines() === 0, 60_000);
  assert.equal(await kept(), 0);
  assert.equal(server.seen('down'), 0, 'nothing is marked while nothing is safe');
  toDatabase.refuse = false;
  await eventually(async () => (await kept()) === 60, 120_000);
  await server.append('down', [letter({ subject: 'Afterwards' })]);
  await eventually(async () => (await kept()) === 61 && stores > 0, 120_000);
  assert.equal(early, 0, 'each STORE came after its COMMIT');
  const twice = await room.rows(
    sql`select external_id from message where workspace_id = ${room.workspaceId} group by external_id having count(*) > 1`,
  );
  assert.deepEqual(twice, []);
  t.diagnostic(`${stores} mails were marked, none of them early`);
});
