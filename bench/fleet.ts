import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../server/src/base/db.ts';
import { type Fleet, type Member, makeFleet } from '../server/test/fleet.ts';
import { type Sink, smtpSink } from '../server/test/mail.ts';
import { ownPostgres } from '../server/test/own-postgres.ts';
import { across } from './frame/across.ts';
import { ask } from './frame/api.ts';
import { cpuOf } from './frame/processes.ts';

const ANSWERS = 150;

/**
 * Several processes on one Postgres: what two bring over one, how soon all sockets hear, and what a killed one costs. `--frames`: only how soon
 * they hear.
 */
export async function measure(args: string[] = []): Promise<Record<string, number>> {
  const postgres = await ownPostgres({ settings: { fsync: 'on', full_page_writes: 'on', shared_buffers: '128MB' } });
  const sink = await smtpSink();
  const fleet = await makeFleet({ url: postgres.url, smtp: sink, env: { TRUST_PROXY: '1' } });
  try {
    if (args.includes('--frames')) {
      const [a, b, c] = [await fleet.start('serve'), await fleet.start('serve'), await fleet.start('serve')];
      await fleet.start('work');
      return await across(fleet, [a, b, c], postgres.folder);
    }
    const serving = [await fleet.start('serve')];
    const ids = await conversations(fleet, serving[0] as Member, 200);
    const one = await apiLoad('one process', fleet, serving, ids);
    serving.push(await fleet.start('serve'));
    const two = await apiLoad('two processes', fleet, serving, ids);
    serving.push(await fleet.start('serve'));
    const work = await fleet.start('work');
    const told = await across(fleet, serving, postgres.folder);
    const taken = await takeover(fleet, serving[0] as Member, work, ids, sink);
    return {
      api_per_second_one: one.perSecond,
      api_per_second_two: two.perSecond,
      api_times: two.perSecond / one.perSecond,
      api_server_share_two: two.server,
      api_postgres_share_two: two.postgres,
      ...told,
      ...taken,
    };
  } finally {
    await fleet.end();
    await sink.stop();
    await postgres.end();
  }
}

async function conversations(fleet: Fleet, at: Member, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const asked = {
      inboxId: fleet.inboxId,
      to: `c${n}@example-${n % 20}.org`,
      subject: `Lamp ${n}`,
      text: 'About your lamp.',
    };
    const { status, body, text } = await fleet.ask<{ conversation: { id: string } }>('POST', '/conversations', asked, {
      at,
    });
    if (status !== 201) throw new Error(text);
    ids.push(body.conversation.id);
  }
  return ids;
}

/** Reading as people do, with a note now and then, by sixteen at once for ten seconds. */
async function apiLoad(what: string, fleet: Fleet, serving: Member[], ids: string[]) {
  const apis = serving.map(({ port }) => ({ base: `http://127.0.0.1:${port}/api/v1`, key: fleet.token }));
  const pids = serving.map(({ child }) => child.pid as number);
  const spent = (): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  let done = 0;
  const clients = async (until: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: 16 }, async (_, client) => {
        for (let n = client; Date.now() < until; n += 7) {
          const api = apis[n % apis.length] as (typeof apis)[number];
          const id = ids[n % ids.length];
          const { status, text } = await (n % 10 === 0
            ? ask(api, 'POST', `/conversations/${id}/notes`, { text: `Seen by ${client}.` })
            : ask(api, 'GET', n % 2 ? `/conversations/${id}` : '/conversations?view=all&limit=50'));
          if (status >= 400) throw new Error(text);
          done++;
        }
      }),
    );
  };
  await clients(Date.now() + 5_000); // until then the engine is still compiling
  const [servers, postgres, own] = [spent(), postgresCpu(), process.cpuUsage()];
  const began = Date.now();
  done = 0;
  await clients(began + 10_000);
  const wall = Date.now() - began;
  const used = process.cpuUsage(own);
  const figures = {
    perSecond: (done * 1000) / wall,
    server: (spent() - servers) / wall,
    postgres: (postgresCpu() - postgres) / wall,
  };
  process.stderr.write(
    `${what}: ${figures.perSecond.toFixed(0)} requests/s; of two processors, Hearten used ${figures.server.toFixed(2)}, Postgres ${figures.postgres.toFixed(2)}, asking ${((used.user + used.system) / 1000 / wall).toFixed(2)}\n`,
  );
  return figures;

  function postgresCpu(): number {
    return cpuOf(process.pid) - spentByMembers();
  }
  function spentByMembers(): number {
    const usage = process.cpuUsage();
    return spent() + (usage.user + usage.system) / 1000;
  }
}

/** Two processes send; one is killed in the middle. What it had in hand is known, and the rest is sent, by the other. */
async function takeover(
  fleet: Fleet,
  at: Member,
  work: Member,
  ids: string[],
  sink: Sink,
): Promise<Record<string, number>> {
  sink.delay = 200;
  // What goes by mail: answers in a chat are shown, and are no matter of the mail server.
  const theirs = sql`workspace_id = ${fleet.workspaceId} and type = 'out' and conversation_id = any (${ids}::uuid[])`;
  await fleet.start('work');
  const state = async (): Promise<Record<string, number>> => {
    const rows = await fleet.hearten.db.read<{ state: string; n: number }>(
      fleet.workspaceId,
      sql`select state, count(*)::int as n from message where ${theirs} group by state`,
    );
    return Object.fromEntries(rows.map((row) => [row.state, row.n]));
  };
  const open = (now: Record<string, number>): number => (now.queued ?? 0) + (now.sending ?? 0) + (now.deferred ?? 0);
  // What was begun before has left first.
  while (open(await state()) > 0) await sleep(200);
  for (let n = 0; n < ANSWERS; n++) {
    const { status, text } = await fleet.ask(
      'POST',
      `/conversations/${ids[n]}/replies`,
      { text: `Answer ${n}` },
      { at },
    );
    if (status !== 201) throw new Error(text);
  }
  while (((await state()).sending ?? 0) === 0) await sleep(20);
  const held = await fleet.hearten.db.read<{ id: string }>(
    fleet.workspaceId,
    sql`select id from message where ${theirs} and state = 'sending'`,
  );
  work.child.kill('SIGKILL');
  const killed = Date.now();
  const left = async (): Promise<number> =>
    (
      await fleet.hearten.db.read<{ n: number }>(
        fleet.workspaceId,
        sql`select count(*)::int as n from message where workspace_id = ${fleet.workspaceId} and state in ('sending', 'queued') and id = any (${held.map(({ id }) => id)}::uuid[])`,
      )
    )[0]?.n ?? -1;
  while ((await left()) > 0) await sleep(50);
  const takenOver = (Date.now() - killed) / 1000;
  while (open(await state()) > 0) await sleep(200);
  const out = await fleet.hearten.db.read<{ external_id: string; state: string }>(
    fleet.workspaceId,
    sql`select external_id, state from message where ${theirs}`,
  );
  const seen = Map.groupBy(sink.ledger, ({ messageId }) => messageId);
  const lost = out.filter((m) => m.state !== 'unknown' && !seen.has(m.external_id)).length;
  return {
    taken_over_s: takenOver,
    unknown: out.filter((m) => m.state === 'unknown').length,
    lost,
    doubled: [...seen.values()].filter((all) => all.length > 1).length,
  };
}
