import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatInbox } from '@hearten/contract';
import type { Frame, Page } from 'playwright-core';
import type { Fleet } from '../../server/test/fleet.ts';
import { shop } from '../../server/test/shop.ts';
import { median } from './app.ts';

const RUNS = 5;
const SLOWED = 4;
const LINES = 60;
const watchTasks = readFileSync(join(import.meta.dirname, 'long-tasks.mjs'), 'utf8');
/** Runs in each document: when the first thing that one can press in the frame was painted, by a clock that pages share. */
const watchUsable = `new MutationObserver((_, watch) => {
  if (self === top || !document.querySelector('.button')) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => (globalThis.usableAt = performance.timeOrigin + performance.now())));
}).observe(document, { childList: true, subtree: true });`;

/**
 * What a visitor waits for, in a real Chromium with its processor slowed down four times, on a page of another site under a strict policy:
 * from pressing the bubble, with nothing loaded before, until one can write; and for how long at most nothing else could be done, from the
 * page's beginning through a talk of sixty lines. The middle of five runs, each with a browser that knows nothing.
 */
export async function inBrowser(
  fleet: Fleet,
  chat: ChatInbox,
): Promise<{ usable_ms: number; longest_task_ms: number }> {
  const site = await shop(fleet.front.url, chat.id);
  try {
    const runs: { usable: number; longest: number }[] = [];
    for (let run = 0; run < RUNS; run++) {
      const one = await once(fleet, site);
      process.stderr.write(`Run ${run + 1} of ${RUNS}: ${JSON.stringify(one)}\n`);
      runs.push(one);
    }
    return {
      usable_ms: median(runs.map((one) => one.usable)),
      longest_task_ms: median(runs.map((one) => one.longest)),
    };
  } finally {
    await site.end();
  }
}

async function once(
  fleet: Fleet,
  site: Awaited<ReturnType<typeof shop>>,
): Promise<{ usable: number; longest: number }> {
  const visitor = await site.visit({ slowed: SLOWED, before: `${watchTasks}\n${watchUsable}` });
  const { page, chat } = visitor;
  await page.waitForTimeout(500);
  // Not by the pointer, which would have loaded the frame on its way there.
  const pressed = Number(
    await page.evaluate(`(() => {
      const at = performance.timeOrigin + performance.now();
      document.querySelector('#hearten-chat').shadowRoot.querySelector('button').click();
      return at;
    })()`),
  );
  const write = chat.getByRole('button', { name: 'Write to us' });
  await write.waitFor();
  const usable = Number(await frameOf(page, fleet).evaluate('globalThis.usableAt')) - pressed;
  await write.click();
  await chat.getByLabel('Your message').pressSequentially('Does the Fjord pendant dim?', { delay: 20 });
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  const { body } = await fleet.ask<{ items: { id: string }[] }>('GET', '/conversations?view=all');
  const answers = `/conversations/${body.items[0]?.id}/replies`;
  for (let n = 0; n < LINES; n++)
    await fleet.ask('POST', answers, {
      text: `Line ${n}: it does, with any dimmer. See https://northwind.example/${n}`,
    });
  await chat
    .getByText(`Line ${LINES - 1}:`)
    .last()
    .waitFor();
  // All of it drawn at once, as for somebody who comes back to it.
  await chat.getByRole('button', { name: 'Back' }).click();
  await chat.getByRole('button', { name: /Does the Fjord pendant dim/ }).click();
  await chat
    .getByText(`Line ${LINES - 1}:`)
    .last()
    .waitFor();
  await page.waitForTimeout(500);
  const tasks = await Promise.all(page.frames().map((frame) => frame.evaluate('Math.max(0, ...longTasks)')));
  await page.context().close();
  return { usable, longest: Math.max(...tasks.map(Number)) };
}
const frameOf = (page: Page, fleet: Fleet): Frame => {
  const frame = page.frames().find((one) => one.url().startsWith(`${fleet.front.url}/chat/`));
  if (!frame) throw new Error('The chat has no frame.');
  return frame;
};
