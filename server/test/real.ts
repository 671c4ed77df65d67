import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import nodemailer from 'nodemailer';
import { testDatabase } from './database.ts';
import { root } from './desk.ts';
import { freePort } from './mail.ts';
import { pause } from './room.ts';

export type Real = {
  url: string;
  port: number;
  smtp: number;
  process: ChildProcess;
  log: () => string;
  ask: <T>(
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; body: T; text: string; headers: Headers }>;
  /** The most memory it ever had, in MB. */
  peak: () => number;
  stop: () => Promise<void>;
};

/** A Hearten as a process of its own, set up, that listens for SMTP; on a database of its own unless `env` names one or a data folder. */
export async function realHearten(env: Record<string, string> = {}, stderr: number | 'pipe' = 'pipe'): Promise<Real> {
  const [port, smtp] = [await freePort(), await freePort()];
  const folder = env.DATA_DIR ? null : await mkdtemp(join(tmpdir(), 'hearten-real-'));
  const database = env.DATABASE_URL || env.DATA_DIR ? null : await testDatabase();
  let log = '';
  const child = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    env: {
      ...process.env,
      PORT: String(port),
      SMTP_LISTEN: `127.0.0.1:${smtp}`,
      LOG_LEVEL: 'info',
      ...(folder ? { DATA_DIR: folder } : {}),
      ...(database ? { DATABASE_URL: database.url } : {}),
      ...env,
    },
    stdio: ['ignore', 'pipe', stderr],
  });
  child.stdout?.on('data', (text) => (log += text));
  child.stderr?.on('data', (text) => (log += text));
  child.once('exit', (code, signal) => {
    log += `\nexited with ${code ?? signal}\n`;
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && !child.signalCode) {
      child.kill('SIGTERM');
      await new Promise((done) => child.once('exit', done));
    }
    await database?.drop();
    if (folder) await rm(folder, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  await until(
    () => /Set it up here/.test(log),
    60_000,
    () => log,
  ).catch(async (error) => {
    await stop();
    throw error;
  });
  const made = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token: /#token=(\S+)/.exec(log)?.[1],
      email: 'ana@northwind.example',
      password: 'correct horse battery',
      name: 'Ana',
      workspace: 'N',
    }),
  });
  assert.equal(made.status, 201);
  const cookie = (made.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { csrf } = (await made.json()) as { csrf: string };
  return {
    url,
    port,
    smtp,
    process: child,
    log: () => log,
    ask: async (method, path, body) => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      return { status: answer.status, text, headers: answer.headers, body: (text ? JSON.parse(text) : {}) as never };
    },
    peak: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    stop,
  };
}

export async function until(
  fits: () => boolean | Promise<boolean>,
  within: number,
  told: () => string = () => String(fits),
): Promise<number> {
  const began = Date.now();
  for (; Date.now() - began < within; await sleep(pause(Date.now() - began)))
    if (await fits()) return Date.now() - began;
  throw new Error(`did not happen within ${within} ms: ${told().slice(-2000)}`);
}

/** Hands one mail over by SMTP, once; what the server answered is thrown. */
export async function deliverTo(port: number, raw: string | Buffer, from: string, to: string): Promise<void> {
  const mail = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 60_000,
  });
  try {
    await mail.sendMail({ envelope: { from, to: [to] }, raw });
  } finally {
    mail.close();
  }
}

type Listed = { id: string; subject: string; status: string; messageCount: number };
/** Every conversation there is, newest first. */
export async function conversationsOf(one: Real): Promise<Listed[]> {
  const items: Listed[] = [];
  let cursor: string | null = null;
  do {
    const page: { body: { items: Listed[]; next: string | null } } = await one.ask(
      'GET',
      `/conversations?view=all&limit=100${cursor ? `&cursor=${cursor}` : ''}`,
    );
    items.push(...page.body.items);
    cursor = page.body.next;
  } while (cursor);
  return items;
}
