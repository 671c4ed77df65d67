import { fork } from 'node:child_process';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { newId } from '../../server/src/base/ids.ts';
import type { Desk } from './desk.ts';
import type { Mail } from './mails.ts';
import { cpuOf } from './processes.ts';
import { courier } from './smtp-client.ts';

/** The floor of taking a mail in: a mail server that throws it away, and Postgres writing such rows, one transaction each or 50 at once. */
export async function bareMail(desk: Desk, list: Mail[]): Promise<Record<string, number>> {
  const child = fork(import.meta.filename, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const port = await new Promise<number>((done) => child.once('message', (message) => done(message as number)));
  const one = await courier(port);
  for (const { from, raw } of list) await one.deliver(from, desk.inbox.address, raw);
  const before = cpuOf(child.pid as number);
  for (const { from, raw } of list) await one.deliver(from, desk.inbox.address, raw);
  const smtp = (cpuOf(child.pid as number) - before) / list.length;
  child.kill();
  return {
    limit_smtp_ms: smtp,
    limit_rows_single_ms: await rows(desk, list, 1),
    limit_rows_batch_ms: await rows(desk, list, 50),
  };
}

async function rows({ adminUrl, api, inbox }: Desk, list: Mail[], batch: number): Promise<number> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const found = await client.query<{ pid: number; customer: string }>(
      'select pg_backend_pid() as pid, id as customer from customer limit 1',
    );
    const { pid, customer } = found.rows[0] as { pid: number; customer: string };
    const workspace = api.key.split('_')[1];
    const texts = list.map(
      ({ subject, name }) =>
        `${subject} ${name} ${'and the lamp in the hall still flickers every evening at ten '.repeat(6)}`,
    );
    const written: string[] = [];
    const write = async (from: number): Promise<void> => {
      const some = texts.slice(from, from + batch);
      const ids = some.map(() => newId());
      written.push(...ids);
      await client.query('begin');
      const values = [workspace, ids, some];
      const numbers = `(select coalesce(max(number), 0) from conversation where workspace_id = $1)`;
      for (const [name, text, more] of [
        [
          'conversations',
          `insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject) select $1, u.id, ${numbers} + 1000000 + u.n, $4, 'email', $5, 'x', 'x', left(u.t, 80) from unnest($2::uuid[], $3::text[]) with ordinality as u (id, t, n)`,
          [inbox.id, customer],
        ],
        [
          'messages',
          `insert into message (workspace_id, id, conversation_id, type, text) select $1, u.id, u.id, 'in', u.t from unnest($2::uuid[], $3::text[]) as u (id, t)`,
          [],
        ],
        [
          'words',
          `insert into search_row (workspace_id, message_id, conversation_id, bucket, words) select $1, u.id, u.id, 0, to_tsvector('hearten', u.t) from unnest($2::uuid[], $3::text[]) as u (id, t)`,
          [],
        ],
        [
          'events',
          `insert into event (workspace_id, id, xid, name, conversation_id, message_id, actor_kind) select $1, u.id, '3', 'bare', u.id, u.id, 'system' from unnest($2::uuid[], $3::text[]) as u (id, t)`,
          [],
        ],
      ] as const)
        await client.query({ name, text, values: [...values, ...more] });
      await client.query('commit');
    };
    await write(0);
    const before = cpuOf(pid);
    for (let from = 0; from < texts.length; from += batch) await write(from);
    const cost = (cpuOf(pid) - before) / texts.length;
    // A desk that is kept must not hold them: their numbers are far ahead of all that comes.
    for (const [table, id] of [
      ['event', 'id'],
      ['search_row', 'message_id'],
      ['message', 'id'],
      ['conversation', 'id'],
    ])
      await client.query(`delete from ${table} where workspace_id = $1 and ${id} = any ($2)`, [workspace, written]);
    return cost;
  } finally {
    await client.end();
  }
}

// As a program of its own: the mail server that throws away.
if (process.argv[1] === import.meta.filename && process.send) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, done) => stream.on('data', () => undefined).on('end', () => done(null)),
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.server.address();
    process.send?.(typeof address === 'object' ? address?.port : 0);
  });
}
