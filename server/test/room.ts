import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MailSettings, mailSettings } from '@hearten/contract';
import { readConfig } from '../src/base/config.ts';
import { openDb, sql } from '../src/base/db.ts';
import { openFiles } from '../src/base/files.ts';
import { newId } from '../src/base/ids.ts';
import { jobs } from '../src/base/jobs.ts';
import { makeLive } from '../src/base/live.ts';
import { type Log, makeLog } from '../src/base/log.ts';
import type { Hearten } from '../src/base/module.ts';
import { makeSeal } from '../src/base/seal.ts';
import { type Secrets, sealSecrets } from '../src/channels/email/room.ts';
import { foundConversations, type InboxRow } from '../src/conversations/index.ts';
import { testDatabase } from './database.ts';

export type TestRoom = Hearten & {
  workspaceId: string;
  inbox: (settings?: Partial<MailSettings>, secrets?: Secrets, address?: string) => Promise<InboxRow>;
  rows: <Row>(query: ReturnType<typeof sql>) => Promise<Row[]>;
  said: string[];
  close: () => Promise<void>;
};

/** The open parts of base on a database of their own, with one workspace: what a channel needs to be tried for itself. */
export async function testRoom(
  env: Record<string, string> = {},
  way: (url: string) => Promise<string> | string = (url) => url,
): Promise<TestRoom> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-room-'));
  const read = readConfig({ ...env, DATA_DIR: folder }, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const said: string[] = [];
  const log: Log = makeLog('warn', {}, (line) => said.push(line));
  const db = openDb(await way(database.url));
  const files = await openFiles(join(folder, 'files'));
  const live = makeLive();
  const seal = makeSeal('a secret key for tests only, long enough');
  const workspaceId = newId();
  const brandId = newId();
  await db.tx(workspaceId, async (tx) => {
    await tx.run(sql`insert into workspace (id, name) values (${workspaceId}, 'Test')`);
    await tx.run(sql`insert into brand (workspace_id, id, name) values (${workspaceId}, ${brandId}, 'Test')`);
    await foundConversations(tx);
  });
  return {
    config: read.config,
    db,
    log,
    files,
    jobs,
    live,
    seal,
    workspaceId,
    said,
    inbox: async (settings = {}, secrets = {}, address = 'support@example.com') => {
      const id = newId();
      const row: InboxRow = {
        workspace_id: workspaceId,
        id,
        brand_id: brandId,
        channel: 'email',
        name: 'Support',
        address,
        enabled: true,
        settings: mailSettings.parse(settings),
        secrets: sealSecrets(seal, { workspace_id: workspaceId, id }, secrets),
      };
      await db.tx(workspaceId, (tx) =>
        tx.run(sql`
        insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, secrets) values (${workspaceId}, ${id}, ${brandId}, 'email', ${row.name}, ${address}, ${JSON.stringify(row.settings)}::jsonb, ${row.secrets})`),
      );
      return row;
    },
    rows: (query) => db.read(workspaceId, query),
    close: async () => {
      await live.close();
      await files.close();
      await db.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until `check` holds. */
export async function eventually(check: () => Promise<boolean>, within = 15_000): Promise<void> {
  const began = Date.now();
  while (!(await check())) {
    if (Date.now() - began > within) throw new Error(`Not within ${within} ms: ${check}`);
    await sleep(pause(Date.now() - began));
  }
}

/** How long to wait before one looks again: what has taken long is looked at less often, since each look costs the others. */
export const pause = (ms: number): number => Math.min(100, 20 + ms / 50);
