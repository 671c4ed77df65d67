import pg from 'pg';
import { newId } from '../server/src/base/ids.ts';
import { smtpSink } from '../server/test/mail.ts';
import { ask, must } from './frame/api.ts';
import { bareRoute } from './frame/bare.ts';
import { type Desk, onDesk } from './frame/desk.ts';
import { idleOf, load, quiet } from './frame/load.ts';
import { cpuOf } from './frame/processes.ts';

const EACH = 600;
const WARM = 400; // until then the engine is still compiling
const PATIENCE = 20 * 60_000; // until all were handed over: what is measured is processor time, on a busy machine too
const text = `Hello,\n\nthank you for telling us, and sorry for the trouble. A replacement goes out tomorrow, and you can keep the old one until it is there. ${'Please unplug it for ten minutes and hold the switch down when you plug it in again. '.repeat(3)}\n\nKind regards,\nAda`;

/** An agent's answer at 100,000 conversations: from the request to the queue, and, apart, the handing over to the mail server. */
export const measure = (): Promise<Record<string, number>> => at(100_000);

export async function at(size: number): Promise<Record<string, number>> {
  const sink = await smtpSink();
  try {
    return await onDesk(size, async (desk) => {
      const { pid, api } = desk;
      await connect(desk, sink.port);
      const idle = await idleOf(pid);
      const ids = await someConversations(desk, 2 * EACH + WARM);
      const reply = (i: number) => async (): Promise<void> => {
        const { status, text: said } = await ask(api, 'POST', `/conversations/${ids[i]}/replies`, { text });
        if (status >= 400) throw new Error(said);
      };
      await load(pid, WARM, 2, (i) => reply(2 * EACH + i)());
      const one = await load(pid, EACH, 1, (i) => reply(i)(), idle);
      const eight = await load(pid, EACH, 8, (i) => reply(EACH + i)(), idle);
      const cpu = cpuOf(pid);
      const began = Date.now();
      await sink.until(2 * EACH + WARM, PATIENCE);
      await quiet(pid);
      const delivery = (cpuOf(pid) - cpu - (idle * (Date.now() - began)) / 1000) / (2 * EACH + WARM);
      return {
        cpu_ms_1: one.cpuMs,
        cpu_ms_8: eight.cpuMs,
        p50_ms_1: one.p50,
        p95_ms_1: one.p95,
        p95_ms_8: eight.p95,
        per_second_8: eight.perSecond,
        delivery_cpu_ms: delivery,
        limit_postgres_ms: await bareRows(desk),
        limit_route_ms: await bareRoute(1500),
      };
    });
  } finally {
    await sink.stop();
  }
}

/** Answers go to our own mail server, a minute after they are written: what they cost until then is seen alone. */
async function connect({ api, inbox }: Desk, port: number): Promise<void> {
  const smtp = { host: '127.0.0.1', port, security: 'none', user: '' };
  await must(api, 'PATCH', `/inboxes/${inbox.id}`, {
    settings: { ...inbox.settings, imap: null, smtp, undoSeconds: 60 },
  });
}

async function someConversations({ api }: Desk, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ids.length < count; ) {
    const page = await must<{ items: { id: string }[]; next: string | null }>(
      api,
      'GET',
      `/conversations?view=all&limit=100${cursor && `&cursor=${cursor}`}`,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? '';
    if (!cursor) break;
  }
  return ids.slice(0, count);
}

/** The rows of an answer written by Postgres alone, each answer committed; then they go again, for a desk that is kept. */
async function bareRows({ adminUrl, api }: Desk): Promise<number> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number; workspace: string; conversation: string; inbox: string }>(
      `select pg_backend_pid() as pid, workspace_id as workspace, id as conversation, inbox_id as inbox from conversation where workspace_id = $1 limit 1`,
      [api.key.split('_')[1]],
    );
    const { pid, workspace, conversation, inbox } = rows[0] as (typeof rows)[0];
    const written: string[] = [];
    const one = async (): Promise<void> => {
      const id = newId();
      written.push(id);
      await client.query('begin');
      await client.query({
        name: 'message',
        text: `insert into message (workspace_id, id, conversation_id, inbox_id, type, text, state) values ($1, $2, $3, $4, 'out', $5, 'sent')`,
        values: [workspace, id, conversation, inbox, text],
      });
      await client.query({
        name: 'words',
        text: `insert into search_row (workspace_id, message_id, conversation_id, bucket, words) values ($1, $2, $3, 1, to_tsvector('hearten', $4))`,
        values: [workspace, id, conversation, text],
      });
      await client.query({
        name: 'event',
        text: `insert into event (workspace_id, id, xid, name, conversation_id, message_id, actor_kind) values ($1, $2, '3', 'bare', $3, $2, 'system')`,
        values: [workspace, id, conversation],
      });
      await client.query({
        name: 'conversation',
        text: 'update conversation set last_at = now(), version = version + 1 where workspace_id = $1 and id = $2',
        values: [workspace, conversation],
      });
      await client.query('commit');
    };
    for (let i = 0; i < 20; i++) await one();
    const before = cpuOf(pid);
    for (let i = 0; i < 300; i++) await one();
    const cost = (cpuOf(pid) - before) / 300;
    for (const [table, id] of [
      ['event', 'id'],
      ['search_row', 'message_id'],
      ['message', 'id'],
    ])
      await client.query(`delete from ${table} where workspace_id = $1 and ${id} = any ($2)`, [workspace, written]);
    return cost;
  } finally {
    await client.end();
  }
}
