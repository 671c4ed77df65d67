import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, must } from './frame/api.ts';
import { onDesk, root } from './frame/desk.ts';

/**
 * A backup while people work, and restoring it: at 100,000 conversations, or as many as are named (`npm run -s bench -- backup 1000000`).
 * People are one steady caller that opens lists and conversations; `api_p95_times` is their p95 meanwhile over that before.
 */
export async function measure([size = '100000']: string[]): Promise<Record<string, number>> {
  let figures: Record<string, number> = {};
  await onDesk(Number(size), async ({ api, folder }) => {
    const away = mkdtempSync(join(dirname(folder), 'backup-'));
    chmodSync(away, 0o711);
    try {
      const { items } = await must<{ items: { id: string }[] }>(api, 'GET', '/conversations?view=open&limit=50');
      const asks = [
        '/conversations?view=open',
        '/conversations?view=all',
        ...items.map(({ id }) => `/conversations/${id}`),
      ];
      const work = async (until: () => boolean): Promise<number[]> => {
        const times: number[] = [];
        for (let i = 0; !until(); i++) {
          const from = performance.now();
          await ask(api, 'GET', asks[i % asks.length] as string);
          times.push(performance.now() - from);
          await sleep(20);
        }
        return times.sort((a, b) => a - b);
      };
      const p95 = (times: number[]): number => times[Math.floor(times.length * 0.95)] ?? Number.NaN;
      await work(after(5_000)); // warm
      const before = await work(after(20_000));
      const place = `${join(away, 'place')}/`;
      const backup = run(['backup', place], folder);
      const during = await work(() => backup.ended());
      const backupMs = await backup.done;
      const again = await run(['backup', place], folder).done;
      const target = join(away, 'restored');
      const restoreMs = await run(['restore', place, '--without-key'], target).done;
      figures = {
        backup_minutes: backupMs / 60_000,
        again_minutes: again / 60_000,
        restore_minutes: restoreMs / 60_000,
        before_p95_ms: p95(before),
        during_p95_ms: p95(during),
        api_p95_times: p95(during) / p95(before),
        requests_during: during.length,
      };
    } finally {
      rmSync(away, { recursive: true, force: true });
    }
    return {};
  });
  return figures;
}

const after = (ms: number): (() => boolean) => {
  const end = Date.now() + ms;
  return () => Date.now() >= end;
};

function run(args: string[], folder: string): { done: Promise<number>; ended: () => boolean } {
  const began = performance.now();
  let over = false;
  const child = spawn(process.execPath, ['--no-warnings', join(root, 'server/src/cli.ts'), ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: folder },
    stdio: ['ignore', 2, 'inherit'],
  });
  const done = new Promise<number>((resolve, reject) =>
    child.on('close', (code) => {
      over = true;
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`hearten ${args[0]} ended with ${code}`));
    }),
  );
  return { done, ended: () => over };
}
