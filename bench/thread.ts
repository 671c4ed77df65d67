import type { CDPSession, Page } from 'playwright-core';
import { arriving, type Desk, hostileDesk } from '../server/test/journeys/hostile.ts';
import { busiest } from './frame/busiest.ts';

const MESSAGES = 60;
const CONVERSATIONS = 500;
const RUNS = 5;
const WARM = 50; // conversations after which everything that is loaded once is there

const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC';
const rows = Array.from(
  { length: 12 },
  (_, n) =>
    `<tr><td style="padding:6px;border-bottom:1px solid #eee">Shade ${n}</td><td align="right">€ ${n * 7},00</td></tr>`,
).join('');
/** A mail as shops write them: a table in a table, styles, a picture inside, and some words. */
const htmlMail = (n: number, to: string, re: string | null): string =>
  [
    `From: Claire Dubois <claire@atelier.example>`,
    `To: ${to}`,
    `Subject: ${re ? 'Re: ' : ''}Sixty mails about one lamp`,
    `Message-ID: <thread-${n}@atelier.example>`,
    ...(re ? [`In-Reply-To: ${re}`, `References: ${re}`] : []),
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=r',
    '',
    '--r',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<html><body><table width="100%"><tr><td style="padding:20px;font:15px/1.5 Georgia"><img src="cid:logo" width="40" height="40"><p>Mail number ${n}: the lamp flickers again, and here is what I tried.</p><table width="100%">${rows}</table><p>${'It goes on for a while and then it stops. '.repeat(12)}</p></td></tr></table></body></html>`,
    '--r',
    'Content-Type: image/png; name=logo.png',
    'Content-ID: <logo>',
    'Content-Disposition: inline; filename=logo.png',
    'Content-Transfer-Encoding: base64',
    '',
    picture,
    '--r--',
    '',
  ].join('\r\n');
const plainMail = (n: number): string =>
  `From: Customer ${n} <c${n}@kunde.example>\r\nTo: support@northwind.example\r\nSubject: Question ${n}\r\nMessage-ID: <q-${n}@kunde.example>\r\n\r\n${'My lamp does not light up any more, and I have tried another bulb. '.repeat(10)}\r\n`;

type Task = { cpu: number; wall: number };
/**
 * The longest task of the page while a long conversation is opened, unfolded and read through: its processor time, which does not grow
 * when something else keeps the machine busy, and how long it took on the clock.
 */
async function longest(desk: Desk): Promise<Task> {
  const page = await desk.page1.context().newPage();
  await page.addInitScript({ path: new URL('frame/long-tasks.mjs', import.meta.url).pathname });
  await page.goto(`${desk.base}/inbox/all`);
  const row = page.locator('.rowi', { hasText: 'Sixty mails' });
  await row.waitFor();
  await page.waitForTimeout(1500);
  const before = await tasks(page);
  await desk.browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await row.click();
  await page.locator('article[data-item]').first().waitFor();
  await page.waitForTimeout(1200);
  await page.locator('.thread').focus();
  await page.keyboard.press(';');
  await page.locator('article[data-item]').nth(30).waitFor({ state: 'attached' });
  await page.waitForTimeout(1200);
  await page.locator('.thread').hover();
  for (let n = 0; n < 30; n++) {
    await page.mouse.wheel(0, -700);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(800);
  const wall = Math.max(0, ...(await tasks(page)).slice(before.length));
  const cpu = busiest(await desk.browser.stopTracing());
  await page.close();
  return { cpu, wall };
}
const middle = (of: number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
const tasks = (page: Page): Promise<number[]> =>
  page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);

const heap = async (cdp: CDPSession): Promise<{ mb: number; nodes: number }> => {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((m) => m.name === name)?.value ?? 0;
  return { mb: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes') };
};

/** What is held in memory after many conversations were opened one after the other, beyond what fifty of them take. */
async function growth(desk: Desk): Promise<{ mb: number; nodes: number; at: number }> {
  const page = await desk.page1.context().newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await page.goto(`${desk.base}/inbox/all`);
  await page.locator('.rowi').first().click();
  let first = { mb: 0, nodes: 0 };
  for (let n = 1; n <= CONVERSATIONS; n++) {
    if (n === WARM) first = await heap(cdp);
    const at = new URL(page.url()).pathname;
    await page.locator('.thread article').first().waitFor();
    await page.keyboard.press('j');
    for (let wait = 0; wait < 200 && new URL(page.url()).pathname === at; wait++) await page.waitForTimeout(10);
  }
  await page.waitForTimeout(1000);
  const last = await heap(cdp);
  await page.close();
  return { mb: last.mb - first.mb, nodes: last.nodes - first.nodes, at: first.mb };
}

/** A long conversation of mails with HTML, and a day's worth of opening conversations, in a real browser. */
export async function measure(): Promise<Record<string, number>> {
  const desk = await hostileDesk();
  try {
    const to = 'support@northwind.example';
    await arriving(desk, [htmlMail(1, to, null)]);
    await arriving(
      desk,
      Array.from({ length: MESSAGES - 1 }, (_, n) => htmlMail(n + 2, to, '<thread-1@atelier.example>')),
    );
    const found: Task[] = [];
    for (let n = 0; n < RUNS; n++) found.push(await longest(desk));
    await arriving(
      desk,
      Array.from({ length: CONVERSATIONS + 20 }, (_, n) => plainMail(n)),
    );
    const grown = await growth(desk);
    return {
      longest_task_ms: middle(found.map((task) => task.cpu)),
      longest_task_ms_worst: Math.max(...found.map((task) => task.cpu)),
      longest_task_clock_ms: middle(found.map((task) => task.wall)),
      heap_mb_after_50: grown.at,
      heap_growth_mb: grown.mb,
      nodes_growth: grown.nodes,
    };
  } finally {
    await desk.end();
  }
}
