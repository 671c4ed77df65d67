import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mailSettings } from '@hearten/contract';
import { readConfig } from '../src/base/config.ts';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { makeLog } from '../src/base/log.ts';
import { founding } from '../src/modules.ts';
import { openHearten } from '../src/run.ts';
import { createOwner } from '../src/team/index.ts';
import { dice } from './chaos-proxy.ts';
import { testDatabase } from './database.ts';

const root = resolve(import.meta.dirname, '../..');
export type ImportKillResult = {
  kills: number;
  starts: number;
  messages: number;
  lost: string[];
  doubled: string[];
  /** What the import itself counted. */
  read: number;
  imported: number;
  /** Messages of ours on their way, and notifications: there must be none. */
  leaving: number;
  notifications: number;
  last: string;
};

/** An archive is imported on the command line, whose process is killed (-9) again and again while it reads; in the end each mail is here once. */
export async function importKillRun(mails: number, kills: number, seed: number): Promise<ImportKillResult> {
  const random = dice(seed);
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-import-kill-'));
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for the import kill test',
    LOG_LEVEL: 'error',
  };
  const read = readConfig(env, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const { hearten, close } = await openHearten(read.config, database.url, makeLog('error'));
  try {
    const { workspaceId } = await createOwner(
      hearten,
      { name: 'Owner', email: 'owner@example.com', password: 'a long password for tests', workspace: 'Kill' },
      founding,
    );
    await hearten.db.tx(workspaceId, (tx) =>
      tx.run(sql`
        insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
        select ${workspaceId}, ${newId()}, b.id, 'email', 'Support', 'support@example.com', ${JSON.stringify(mailSettings.parse({}))}::jsonb from brand b where b.workspace_id = ${workspaceId}`),
    );
    const ids = Array.from({ length: mails }, (_, n) => `k${n}@customer.example`);
    const archive = join(folder, 'archive.mbox');
    await writeFile(
      archive,
      ids
        .map((id, n) => {
          const own = n % 5 === 4; // every fifth is our answer to the one before
          const at = new Date(Date.UTC(2024, 0, 1, 0, n));
          return `From x@y Mon Jan  1 00:00:00 2024\nFrom: ${own ? 'support@example.com' : `c${n % 40}@customer.example`}\nTo: ${own ? `c${(n - 1) % 40}@customer.example` : 'support@example.com'}\nDate: ${at.toUTCString()}\nSubject: ${n}\nMessage-ID: <${id}>\n${own ? `In-Reply-To: <${ids[n - 1]}>\n` : ''}\nNumber ${n} ${'word '.repeat(200)}\n\n`;
        })
        .join(''),
    );
    let [killed, starts, last] = [0, 0, ''];
    for (let ended = false; !ended; starts++) {
      const child = spawn(
        process.execPath,
        ['--no-warnings', 'server/src/cli.ts', 'import', '--inbox', 'support@example.com', archive],
        {
          cwd: root,
          env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
          stdio: ['ignore', 'pipe', process.env.KILL_LOG ? 'inherit' : 'ignore'],
        },
      );
      child.stdout.on('data', (data) => {
        last = String(data);
      });
      const closed = new Promise<number | null>((done) => child.once('close', done));
      // Killed once it reads: after so many more mails as the dice say.
      const here = await countOf();
      const until = here + Math.ceil(random() * (mails / (kills + 1)));
      let code: number | null | undefined;
      void closed.then((value) => {
        code = value;
      });
      while (code === undefined && killed < kills) {
        if ((await countOf()) >= until) {
          killed++;
          child.kill('SIGKILL');
          break;
        }
        await new Promise((done) => setTimeout(done, 3));
      }
      code = await closed;
      if (code !== null && code !== 0) throw new Error(`seed ${seed}: the import ended with ${code}: ${last}`);
      ended = code === 0;
    }
    const rows = await hearten.db.read<{ external_id: string; state: string | null }>(
      workspaceId,
      sql`select external_id, state from message where workspace_id = ${workspaceId}`,
    );
    const seen = Map.groupBy(rows, (row) => row.external_id);
    const [row] = await hearten.db.read<{ read: number; imported: number; told: number }>(
      workspaceId,
      sql`select imported + known + quarantined + ignored as read, imported, (select count(*) from notification where workspace_id = ${workspaceId}) as told from mail_import where workspace_id = ${workspaceId}`,
    );
    return {
      kills: killed,
      starts,
      messages: rows.length,
      lost: ids.filter((id) => !seen.has(id)),
      doubled: [...seen].filter(([, list]) => list.length > 1).map(([id]) => id),
      read: row?.read ?? -1,
      imported: row?.imported ?? -1,
      leaving: rows.filter(({ state }) => state !== null && state !== 'sent').length,
      notifications: row?.told ?? -1,
      last,
    };
    async function countOf(): Promise<number> {
      const [count] = await hearten.db.read<{ n: number }>(
        workspaceId,
        sql`select count(*)::int as n from inbound_mail where workspace_id = ${workspaceId}`,
      );
      return count?.n ?? 0;
    }
  } finally {
    await close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
