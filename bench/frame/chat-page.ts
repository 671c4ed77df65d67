import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ChatInbox } from '@hearten/contract';
import type { Frame, Page } from 'playwright-core';
import { type Fleet, root } from '../../server/test/fleet.ts';
import { shop } from '../../server/test/shop.ts';
import { median } from './app.ts';
import { busiest } from './busiest.ts';

const RUNS = 5;
const SLOWED = 4;
const LINES = 60;
const ANSWERED = 20; // first answers, from which on a chat says how soon they come
const scripts = ['long-tasks.mjs', 'chat-steps.mjs']
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');
type Run = { usable: number; longest: number };

/**
 * What a visitor waits for, in a real Chromium with its processor slowed down four times, on a page of another site under a strict policy:
 * from pressing the bubble, with nothing loaded before, until one can write; and for how long at most nothing else could be done, from the
 * page's beginning through a talk of sixty lines. The middle of five runs, each with a browser that knows nothing. Beside it the same at full
 * speed by processor time alone, times four: that stays the same while others keep the machine busy.
 */
export async function inBrowser(
  fleet: Fleet,
  chat: ChatInbox,
): Promise<{ usable_ms: number; longest_task_ms: number; longest_task_cpu_ms: number }> {
  // What stands in front passes nothing on before it has seen that somebody is ready.
  while (fleet.front.ready().length === 0) await sleep(50);
  await promising(fleet, chat);
  const runs: Run[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const site = await shop(fleet.front.url, chat.id);
    try {
      const one = await once(fleet, site, SLOWED);
      const traced = SLOWED * busiest(await once(fleet, site));
      process.stderr.write(`Run ${run + 1} of ${RUNS}: ${JSON.stringify({ ...one, traced })}\n`);
      runs.push(one);
      cpu.push(traced);
    } finally {
      await site.end();
    }
  }
  return {
    usable_ms: median(runs.map((one) => one.usable)),
    longest_task_ms: median(runs.map((one) => one.longest)),
    longest_task_cpu_ms: median(cpu),
  };
}

/** Most is said by a chat with hours that has been answered for a while: until when somebody is there, and how soon answers come. */
async function promising(fleet: Fleet, chat: ChatInbox): Promise<void> {
  const week = Array.from({ length: 7 }, (): [number, number][] => [[0, 1440]]);
  week[(new Date().getUTCDay() + 5) % 7] = []; // not round the clock: there is an end to be told, in days
  await fleet.ask('POST', '/hours', { name: 'Hours', timeZone: 'UTC', week });
  const asked = async <T>(path: string, body: unknown, token?: string): Promise<T> => {
    const reply = await fetch(`${fleet.front.url}/chat/${chat.id}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: fleet.front.url,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  };
  const { token } = await asked<{ token: string }>('/visit', {});
  for (let n = 0; n < ANSWERED; n++)
    await asked('/messages', { chat: null, clientId: randomUUID(), text: `Question ${n}?` }, token);
  const { body } = await fleet.ask<{ items: { id: string }[] }>('GET', '/conversations?view=all');
  for (const { id } of body.items) await fleet.ask('POST', `/conversations/${id}/replies`, { text: 'It does.' });
  await fleet.tab(); // somebody has to be there for it
}

type Site = Awaited<ReturnType<typeof shop>>;
async function once(fleet: Fleet, site: Site): Promise<Buffer>;
async function once(fleet: Fleet, site: Site, slowed: number): Promise<Run>;
/** Slowed down and on the clock; or at full speed, and then what the browser noted of it. */
async function once(fleet: Fleet, site: Site, slowed?: number): Promise<Run | Buffer> {
  const { page } = await site.visit({ ...(slowed ? { slowed } : {}), before: scripts });
  if (!slowed)
    await site.browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'v8'], screenshots: false });
  await page.waitForTimeout(500);
  // Not by the pointer, which would have loaded the frame on its way there.
  const pressed = Number(await page.evaluate('pressBubble()'));
  const frame = await frameOf(page, fleet);
  await frame.evaluate(`there('.button', 'Write to us').then(() => 1)`);
  await page.waitForTimeout(500);
  const usable = Number(await frame.evaluate('usableAt')) - pressed;
  await frame.evaluate(`press('.button', 'Write to us')`);
  await frame.evaluate(`there('textarea').then(() => 1)`);
  await page.waitForTimeout(200);
  await page.keyboard.type('Does the Fjord pendant dim?', { delay: 20 });
  await page.keyboard.press('Enter');
  await frame.evaluate(`there('.mine .bubble:not(.unsent)', 'Fjord pendant').then(() => 1)`);
  const { body } = await fleet.ask<{ items: { id: string }[] }>('GET', '/conversations?view=all');
  const answers = `/conversations/${body.items[0]?.id}/replies`;
  for (let n = 0; n < LINES; n++)
    await fleet.ask('POST', answers, {
      text: `Line ${n}: it does, with any dimmer. See https://northwind.example/${n}`,
    });
  const last = `there('.bubble', 'Line ${LINES - 1}:').then(() => 1)`;
  await frame.evaluate(last);
  // All of it drawn at once, as for somebody who comes back to it.
  await frame.evaluate(`press('[aria-label="Back"]')`);
  await frame.evaluate(`press('.list button', 'Fjord pendant')`);
  await frame.evaluate(last);
  await page.waitForTimeout(500);
  if (!slowed) {
    const trace = await site.browser.stopTracing();
    await page.context().close();
    return trace;
  }
  const tasks = await Promise.all(page.frames().map((one) => one.evaluate('Math.max(0, ...longTasks)')));
  await page.context().close();
  return { usable, longest: Math.max(...tasks.map(Number)) };
}
async function frameOf(page: Page, fleet: Fleet): Promise<Frame> {
  for (let n = 0; n < 200; n++) {
    const frame = page.frames().find((one) => one.url().startsWith(`${fleet.front.url}/chat/`));
    if (frame) return frame;
    await page.waitForTimeout(20);
  }
  throw new Error('The chat has no frame.');
}

/** Compressed, as they are sent: what a page loads, and what an open chat loads with the heaviest of its languages. */
export function sizes(): { loader_kb: number; all_kb: number } {
  const dist = join(root, 'widget/dist');
  const kb = (name: string): number => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length / 1000;
  const names = readdirSync(dist).filter((name) => /\.(js|css)$/.test(name));
  const words = names.filter((name) => /^[a-z]{2}-/.test(name));
  const rest = names.filter((name) => !words.includes(name)).reduce((sum, name) => sum + kb(name), 0);
  return { loader_kb: kb('loader.js'), all_kb: rest + Math.max(...words.map(kb)) };
}
