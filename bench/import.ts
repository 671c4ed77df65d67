import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { onDesk, root } from './frame/desk.ts';
import { idleOf, quiet } from './frame/load.ts';
import { mails } from './frame/mails.ts';
import { cpuOf } from './frame/processes.ts';

const COUNT = 5000;

/** An mbox of 5,000 mails, 31 kB in the mean, imported on the command line beside a running desk: what a mail costs both together. */
export async function measure(args: string[]): Promise<Record<string, number>> {
  const count = Number(args.find((arg) => /^\d+$/.test(arg)) ?? COUNT);
  return onDesk(1, async (desk) => {
    const archive = join(desk.folder, 'bench.mbox');
    const list = mails('import', count, desk.inbox.address);
    const separator = Buffer.from('From bench@example.com Mon Jan  1 00:00:00 2024\n');
    const one = (raw: Buffer | string): Buffer =>
      Buffer.from(
        Buffer.from(raw)
          .toString('latin1')
          .replace(/^(>*From )/gm, '>$1'),
        'latin1',
      );
    writeFileSync(archive, Buffer.concat(list.flatMap(({ raw }) => [separator, one(raw), Buffer.from('\n\n')])));
    const idle = await idleOf(desk.pid);
    const before = cpuOf(desk.pid);
    const began = performance.now();
    const mine = process.resourceUsage();
    let [told, own] = ['', 0];
    const child = spawn(
      process.execPath,
      ['--no-warnings', join(root, 'server/src/cli.ts'), 'import', '--inbox', desk.inbox.address, archive],
      {
        env: { ...process.env, DATA_DIR: desk.folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    child.stdout.on('data', (data) => {
      told += data;
    });
    // A child's time is known for good only when it has ended; until then its own is looked at.
    const look = setInterval(() => {
      own = Math.max(own, cpuOf(child.pid as number));
    }, 100);
    const code = await new Promise((done) => child.once('close', done));
    clearInterval(look);
    const wall = performance.now() - began;
    await quiet(desk.pid, idle);
    const spent = cpuOf(desk.pid) - before - (idle * (performance.now() - began)) / 1000;
    process.stderr.write(
      `${told.trim()} (exit ${code}; the bench itself ${Math.round((process.resourceUsage().userCPUTime - mine.userCPUTime) / 1000)} ms)\n`,
    );
    const client = new pg.Client(desk.adminUrl);
    await client.connect();
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from message m join inbound_mail r on r.id = m.id where r.source = 'import'`,
    );
    await client.end();
    rmSync(archive);
    if (rows[0]?.n !== count) throw new Error(`${rows[0]?.n} messages instead of ${count}: ${told}`);
    return {
      import_per_second: (count * 1000) / wall,
      import_cpu_ms: (spent + own) / count,
      import_command_cpu_ms: own / count,
    };
  });
}
