import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { smtpSink } from '../server/test/mail.ts';
import { type Api, must } from './frame/api.ts';
import { type Desk, onDesk, root } from './frame/desk.ts';
import { mails } from './frame/mails.ts';
import { type Courier, courier } from './frame/smtp-client.ts';

const RUN = Date.now().toString(36); // on a desk that is kept, the mails of an earlier run are known
const RARER = 250; // ms between two answers, and between two mails; a list or a conversation is opened every twenty

type Times = { reads: number[]; replies: number[]; mails: number[] };
const kinds = ['reads', 'replies', 'mails'] as const;

/**
 * A backup while people work, and restoring it: at 100,000 conversations, or as many as are named (`npm run -s bench -- backup 1000000`).
 * Meanwhile lists and conversations are opened, answers written and mails taken in; `api_p95_times` is the worst p95 of the three over that before.
 */
export async function measure([size = '100000']: string[]): Promise<Record<string, number>> {
  let figures: Record<string, number> = {};
  const sink = await smtpSink();
  await onDesk(Number(size), async (desk) => {
    const { api, folder, inbox } = desk;
    const away = mkdtempSync(join(dirname(folder), 'backup-'));
    chmodSync(away, 0o711);
    const post = await courier(desk.smtpPort);
    try {
      const smtp = { host: '127.0.0.1', port: sink.port, security: 'none', user: '' };
      await must(api, 'PATCH', `/inboxes/${inbox.id}`, {
        settings: { ...inbox.settings, imap: null, smtp, undoSeconds: 0 },
      });
      const work = workers(desk, post, await someIds(api));
      await work(after(10_000)); // warm
      const before = await work(after(30_000));
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
        ...Object.fromEntries(
          kinds.flatMap((kind) => [
            [`${kind}_before_p95_ms`, p95(before[kind])],
            [`${kind}_during_p95_ms`, p95(during[kind])],
          ]),
        ),
        api_p95_times: Math.max(...kinds.map((kind) => p95(during[kind]) / p95(before[kind]))),
        requests_during: kinds.reduce((sum, kind) => sum + during[kind].length, 0),
      };
    } finally {
      post.quit();
      rmSync(away, { recursive: true, force: true });
    }
    return {};
  });
  await sink.stop();
  return figures;
}

const p95 = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;

async function someIds(api: Api): Promise<string[]> {
  const { items } = await must<{ items: { id: string }[] }>(api, 'GET', '/conversations?view=open&limit=100');
  return items.map(({ id }) => id);
}

/** Three at once, each with one request at a time: one reads, one answers, one delivers mail. */
function workers({ api, inbox }: Desk, post: Courier, ids: string[]): (until: () => boolean) => Promise<Times> {
  const lists = ['/conversations?view=open', '/conversations?view=all'];
  const asks = [...lists, ...ids.slice(0, 50).map((id) => `/conversations/${id}`)];
  let written = 0;
  const each: Record<(typeof kinds)[number], [rest: number, one: (n: number) => Promise<unknown>]> = {
    reads: [20, (n) => must(api, 'GET', asks[n % asks.length] as string)],
    replies: [
      RARER,
      (n) => must(api, 'POST', `/conversations/${ids[n % ids.length]}/replies`, { text: `Answer ${n}.` }),
    ],
    mails: [
      RARER,
      async () => {
        const [mail] = mails(`meanwhile-${RUN}-${written++}`, 1, inbox.address);
        if (mail) await post.deliver(mail.from, inbox.address, mail.raw);
      },
    ],
  };
  return async (until) => {
    const out: Times = { reads: [], replies: [], mails: [] };
    await Promise.all(
      kinds.map(async (kind) => {
        const [rest, one] = each[kind];
        for (let n = 0; !until(); n++) {
          const from = performance.now();
          await one(n);
          out[kind].push(performance.now() - from);
          await sleep(rest);
        }
      }),
    );
    return out;
  };
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
