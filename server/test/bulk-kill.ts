import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bulk } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { makeLog } from '../src/base/log.ts';
import { receive } from '../src/conversations/index.ts';
import { openHearten } from '../src/run.ts';
import { testDatabase } from './database.ts';
import { root, testConfig } from './desk.ts';
import { incoming } from './incoming.ts';
import { realHearten } from './real.ts';

export type BulkKillResult = {
  conversations: number;
  kills: number;
  /** How many were done when the worker was killed, and in how many steps progress was seen, forth and back. */
  killedAt: number[];
  seen: number;
  /** Milliseconds from the click to the end, and from Undo to its end. */
  forth: number;
  back: number;
  bulk: Bulk;
  /** Conversations by how often their status was changed forth, and back. */
  forthTimes: Record<string, number>;
  backTimes: Record<string, number>;
  /** Conversations that are not what they were: status, tags, assignee, time. */
  different: number;
};

/**
 * All that match are resolved by the worker's job, through the API of a process that only serves; the worker is killed (-9) in the
 * middle and another begins. Then all of it is taken back, with a kill in the middle again when one is wanted.
 */
export async function bulkKillRun(conversations: number, killBack: boolean): Promise<BulkKillResult> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-bulk-kill-'));
  const config = { ...testConfig({}), DATA_DIR: folder };
  const { SECRET_KEY = '' } = config; // the same for all of them: what one seals another opens
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, SECRET_KEY, LOG_LEVEL: 'error', RATE_LIMIT: '1000000' };
  const real = await realHearten({ ...env, LOG_LEVEL: 'info', ROLES: 'serve' });
  let worker: ChildProcess | null = null;
  const work = (): void => {
    worker = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
      env: { ...process.env, ...env, PORT: '0', ROLES: 'work' },
      stdio: ['ignore', 'ignore', process.env.KILL_LOG ? 'inherit' : 'ignore'],
    });
  };
  const { hearten, close } = await openHearten(config, database.url, makeLog('error'));
  try {
    const { workspace } = (await real.ask<{ workspace: { id: string } }>('GET', '/me')).body;
    const { body: inbox } = await real.ask<{ id: string }>('POST', '/inboxes', {
      name: 'Support',
      address: 'support@example.com',
      settings: {},
    });
    const stands = () =>
      hearten.db.read<{ id: string; at: string }>(
        workspace.id,
        sql`select id, concat_ws(' ', status, folder, assignee_id, tags::text, snoozed_until, waiting_since) as at from conversation where workspace_id = ${workspace.id} order by id`,
      );
    for (let n = 0; n < conversations; n += 250)
      await hearten.db.tx(workspace.id, (tx) =>
        receive(
          tx,
          Array.from({ length: Math.min(250, conversations - n) }, (_, i) => incoming(inbox.id, n + i)),
        ),
      );
    const before = await stands();

    const killedAt: number[] = [];
    const seen: number[] = [];
    const follow = async (
      id: string,
      until: Bulk['state'],
      count: (b: Bulk) => number,
      kill: boolean,
    ): Promise<number> => {
      const began = Date.now();
      let killing = kill;
      for (;;) {
        const { bulk } = (await real.ask<{ bulk: Bulk }>('GET', `/bulk/${id}`)).body;
        if (seen.at(-1) !== count(bulk)) seen.push(count(bulk));
        if (bulk.state === until) return Date.now() - began;
        if (Date.now() - began > 240_000) throw new Error(`did not end: ${JSON.stringify(bulk)}`);
        if (killing && count(bulk) >= bulk.total / 4) {
          worker?.kill('SIGKILL');
          killedAt.push(count(bulk));
          killing = false;
          work();
        }
        await sleep(5);
      }
    };
    work();
    const asked = await real.ask<{ bulk: Bulk }>('POST', '/bulk', {
      action: { do: 'status', status: 'resolved' },
      filter: { view: 'open' },
    });
    const { id } = asked.body.bulk;
    const forth = await follow(id, 'done', (b) => b.done, true);
    const forthTimes = await changes();
    const taken = await real.ask('POST', `/bulk/${id}/undo`, {});
    if (taken.status !== 200) throw new Error(`Undo was refused: ${taken.text}`);
    const back = await follow(id, 'undone', (b) => b.undone, killBack);
    const backTimes = await changes();
    const after = new Map((await stands()).map((one) => [one.id, one.at]));
    return {
      conversations: before.length,
      kills: killedAt.length,
      killedAt,
      seen: seen.length,
      forth,
      back,
      bulk: (await real.ask<{ bulk: Bulk }>('GET', `/bulk/${id}`)).body.bulk,
      forthTimes,
      backTimes,
      different: before.filter((one) => after.get(one.id) !== one.at).length,
    };

    async function changes(): Promise<Record<string, number>> {
      const rows = await hearten.db.read<{ times: number; n: number }>(
        workspace.id,
        sql`select times, count(*)::int as n from (select c.id, (select count(*)::int from event e where e.workspace_id = c.workspace_id and e.conversation_id = c.id and e.name = 'conversation.status') as times from conversation c where c.workspace_id = ${workspace.id}) x group by times`,
      );
      return Object.fromEntries(rows.map((row) => [row.times, row.n]));
    }
  } finally {
    (worker as ChildProcess | null)?.kill('SIGKILL');
    await close();
    await real.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
