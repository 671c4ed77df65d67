import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook as Standard } from 'standardwebhooks';
import { readConfig } from '../../src/base/config.ts';
import { sql } from '../../src/base/db.ts';
import { emit, system } from '../../src/base/events.ts';
import { newId } from '../../src/base/ids.ts';
import { makeLog } from '../../src/base/log.ts';
import { founding } from '../../src/modules.ts';
import { openHearten } from '../../src/run.ts';
import { createOwner } from '../../src/team/index.ts';
import { makeWebhook } from '../../src/webhooks/keep.ts';
import { dice } from '../chaos-proxy.ts';
import { testDatabase } from '../database.ts';
import { root } from '../desk.ts';
import { receiver } from '../receiver.ts';

export type SendersKilled = {
  /** Told events, ids that arrived, arrivals. */
  events: number;
  ids: number;
  arrivals: number;
  forged: number;
  open: number;
  /** What became of the deliveries: how many are in which state. */
  states: Record<string, number>;
  kills: number;
  /** Milliseconds from the last kill until what somebody had in hand then was delivered. */
  takenOver: number;
  /** And until all was: the receiver is quick from then on, so that what is measured is us and not how slow it was. */
  drained: number;
};

/** Two processes send webhooks to a slow receiver, and one after the other is killed (-9) and started again; the receiver keeps the ledger. */
export async function killSenders(events: number, kills: number, seed: number): Promise<SendersKilled> {
  const random = dice(seed);
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-hooks-'));
  const to = await receiver();
  to.answer = (_one, response) => void setTimeout(() => response.writeHead(204).end(), random() * 600);
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for the kill test, long enough',
    LOG_LEVEL: 'error',
    OUTBOUND_ALLOW: '127.0.0.1',
  };
  const read = readConfig(env, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const { hearten, close } = await openHearten(read.config, database.url, makeLog('error'));
  const { workspaceId } = await createOwner(
    hearten,
    { name: 'Owner', email: 'owner@example.com', password: 'a long password for tests', workspace: 'Kill' },
    founding,
  );
  const made = await hearten.db.tx(workspaceId, (tx) =>
    makeWebhook(tx, hearten, { address: `${to.url}/in`, types: ['customer.changed'] }),
  );
  const children: ChildProcess[] = [];
  const start = (n: number): void => {
    children[n] = spawn(process.execPath, ['server/src/main.ts'], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...env,
        PORT: '0',
        ROLES: 'work',
      },
      stdio: 'ignore',
    });
  };
  try {
    for (const n of [0, 1]) start(n);
    let told = 0;
    const tell = async (count: number): Promise<void> => {
      told += count;
      await hearten.db.tx(workspaceId, (tx) =>
        emit(
          tx,
          Array.from({ length: count }, () => ({
            name: 'customer.changed',
            actor: system,
            data: { customerId: newId(), fields: ['name'] },
          })),
        ).then(() => undefined),
      );
    };
    await tell(5);
    await to.until(1, 180_000); // the processes have to start first
    for (let n = 0; n < kills; n++) {
      await tell(Math.ceil((events - 5) / kills));
      await sleep(500 + random() * 2500);
      const which = Math.floor(random() * 2);
      children[which]?.kill('SIGKILL');
      start(which);
    }
    const last = Date.now();
    to.answer = (_one, response) => void response.writeHead(204).end();
    const inHand = (
      await hearten.db.read<{ id: string }>(
        workspaceId,
        sql`select id from webhook_delivery where workspace_id = ${workspaceId} and state = 'sending'`,
      )
    ).map((row) => row.id);
    const stillInHand = async (): Promise<number> =>
      (
        await hearten.db.read<{ n: number }>(
          workspaceId,
          sql`select count(*)::int as n from webhook_delivery where workspace_id = ${workspaceId} and id = any (${inHand}::uuid[]) and state <> 'delivered'`,
        )
      )[0]?.n ?? -1;
    let takenOver = Number.NaN;
    const openNow = async (): Promise<number> =>
      (
        await hearten.db.read<{ n: number }>(
          workspaceId,
          sql`select count(*)::int as n from webhook_delivery where workspace_id = ${workspaceId} and state <> 'delivered'`,
        )
      )[0]?.n ?? -1;
    const madeNow = async (): Promise<number> =>
      (
        await hearten.db.read<{ n: number }>(
          workspaceId,
          sql`select count(*)::int as n from webhook_delivery where workspace_id = ${workspaceId}`,
        )
      )[0]?.n ?? -1;
    for (
      let next = 0;
      ((await madeNow()) < told || (await openNow()) > 0) && Date.now() - last < 180_000;
      await sleep(250)
    ) {
      if (Number.isNaN(takenOver) && (await stillInHand()) === 0) takenOver = Date.now() - last;
      if (process.env.KILL_LOG && Date.now() > next) {
        next = Date.now() + 10_000;
        process.stderr.write(
          `${Date.now() - last} ms: made ${await madeNow()} of ${told}, open ${await openNow()}, arrived ${to.arrived.length}\n`,
        );
      }
    }
    if (Number.isNaN(takenOver) && (await stillInHand()) === 0) takenOver = Date.now() - last;
    const secret = new Standard(made.secret as string);
    const forged = to.arrived.filter((one) => {
      try {
        secret.verify(one.body, one.headers as Record<string, string>);
        return false;
      } catch (error) {
        // Judged by the library; a replay of minutes ago is not what is looked for here.
        return !/timestamp/i.test(String(error));
      }
    });
    return {
      events: told,
      ids: new Set(to.arrived.map((one) => one.headers['webhook-id'])).size,
      arrivals: to.arrived.length,
      forged: forged.length,
      open: await openNow(),
      states: Object.fromEntries(
        (
          await hearten.db.read<{ state: string; n: number }>(
            workspaceId,
            sql`select state, count(*)::int as n from webhook_delivery where workspace_id = ${workspaceId} group by state`,
          )
        ).map(({ state, n }) => [state, n]),
      ),
      kills,
      takenOver,
      drained: Date.now() - last,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await close();
    await to.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
