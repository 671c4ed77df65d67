import type { Page } from 'playwright-core';
import { median, p75, person, type Seen, timed } from './frame/app.ts';
import { onDesk } from './frame/desk.ts';
import {
  awaitEnter,
  awaitNote,
  blankRows,
  enterPressed,
  forgetTasks,
  longestTask,
  noteArrived,
  scrollRows,
  startPainted,
  watchRows,
} from './frame/in-page.mjs';

const RUNS = 5;
/** What stands in the bar above an open conversation: its number, once its messages are drawn below. */
const opened = '.conv:has(.thread :is(.msg, .note, .folded)) .bar .count';
const rest = (page: Page, ms: number): Promise<void> => page.waitForTimeout(ms);
const shown = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).first().textContent({ timeout: 30_000 })) ?? '';

/** What someone waits for at the screen, in a real Chromium on a desk with 100,000 conversations: p75 of each run, the middle of five. */
export async function measure(): Promise<Record<string, number>> {
  return onDesk(100_000, async (desk) => {
    const base = new URL(desk.api.base).origin.replace('127.0.0.1', 'localhost');
    const [ana, ben] = [await person(desk, 0), await person(desk, 1)];
    try {
      const runs: Record<string, number>[] = [];
      for (let run = 0; run < RUNS; run++) {
        const one = await once(base, ana, ben);
        process.stderr.write(
          `Run ${run + 1} of ${RUNS}: ${JSON.stringify(one, (_, v) => (typeof v === 'number' ? Math.round(v * 10) / 10 : v))}\n`,
        );
        runs.push(one);
      }
      const names = Object.keys(runs[0] ?? {});
      return Object.fromEntries(names.map((name) => [name, median(runs.map((one) => one[name] ?? Number.NaN))]));
    } finally {
      await ana.browser.close();
      await ben.browser.close();
    }
  });
}

async function once(base: string, ana: Seen, ben: Seen): Promise<Record<string, number>> {
  const { page } = ana;
  const starts: number[] = [];
  for (let i = 0; i < 6; i++) {
    await page.goto(`${base}/inbox/open`);
    starts.push(await page.evaluate(startPainted));
    await rest(page, 400);
  }
  const views = await switches(page);
  const opens = await openings(page, base);
  const writing = await strokes(page);
  return {
    ...opens,
    ...views,
    ...writing,
    colleague_ms_p75: await colleague(base, ana, ben),
    // The first one fills the browser's cache.
    start_warm_ms_p75: p75(starts.slice(1)),
    ...(await moving(page, base)),
  };
}

const go = async (page: Page, letter: string, label: string): Promise<number> => {
  await page.keyboard.press('g');
  return timed(page, { selector: `.list[aria-label="${label}"] a.rowi`, count: 8 }, () => page.keyboard.press(letter));
};
async function switches(page: Page): Promise<Record<string, number>> {
  const [cold, cached]: [number[], number[]] = [[], []];
  for (const [letter, label] of [
    ['u', 'Unassigned'],
    ['w', 'Waiting'],
    ['z', 'Snoozed'],
    ['e', 'Resolved'],
    ['a', 'All'],
  ] as const) {
    cold.push(await go(page, letter, label));
    await rest(page, 300);
  }
  for (let i = 0; i < 12; i++) {
    const [letter, label] = (
      [
        ['i', 'Open'],
        ['u', 'Unassigned'],
        ['a', 'All'],
      ] as const
    )[i % 3] ?? ['i', 'Open'];
    cached.push(await go(page, letter, label));
    await rest(page, 250);
  }
  return { switch_cold_ms_p75: p75(cold), switch_cached_ms_p75: p75(cached) };
}

async function openings(page: Page, base: string): Promise<Record<string, number>> {
  const [cold, cached, palette]: [number[], number[], number[]] = [[], [], []];
  await page.goto(`${base}/inbox/all`);
  await page.locator('a.rowi').nth(8).waitFor();
  await page.keyboard.press('j');
  await page.locator(opened).waitFor();
  // Where nobody looked yet, and the pointer did not rest: each a screen below the one before.
  for (let i = 0; i < 10; i++) {
    await page.evaluate(scrollRows, 4_000 + i * 1_500);
    await rest(page, 500);
    const row = page.locator('a.rowi').nth(20);
    const before = await shown(page, opened);
    cold.push(await timed(page, { selector: opened, not: before }, () => row.dispatchEvent('click')));
  }
  for (let i = 0; i < 16; i++) {
    // As long as it takes to read two lines: its neighbours are here by then.
    await rest(page, 700);
    const before = await shown(page, opened);
    cached.push(await timed(page, { selector: opened, not: before }, () => page.keyboard.press('j')));
  }
  for (let i = 0; i < 9; i++) {
    const took = await timed(page, { selector: '.palette:is([open], :popover-open) .item' }, () =>
      page.keyboard.press('Control+k'),
    );
    if (i > 0) palette.push(took);
    await page.keyboard.press('Escape');
    await rest(page, 250);
  }
  return { open_cached_ms_p75: p75(cached), open_cold_ms_p75: p75(cold), palette_ms_p75: p75(palette) };
}

const field = '.composer :is(textarea, [contenteditable="true"])';
async function strokes(page: Page): Promise<Record<string, number>> {
  const times: number[] = [];
  await page.keyboard.press('n');
  await page.locator(`${field}:focus`).waitFor();
  await page.keyboard.type('So that the draft is there. ', { delay: 60 });
  for (const letter of 'The lamp hums when it is dimmed to a third') {
    times.push(await timed(page, { selector: field }, () => page.keyboard.press(letter === ' ' ? 'Space' : letter)));
    await rest(page, 60);
  }
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
  return { keystroke_ms_p75: p75(times) };
}

/** From a colleague's key to one's own screen: a note they leave. */
async function colleague(base: string, ana: Seen, ben: Seen): Promise<number> {
  const times: number[] = [];
  const url = ana.page.url();
  await ben.page.goto(url.startsWith(base) ? url : `${base}/inbox/all`);
  await ben.page.locator(opened).waitFor();
  await rest(ben.page, 800);
  for (let i = 0; i < 6; i++) {
    const words = `Left by a colleague ${Date.now()}`;
    await ben.page.keyboard.press('n');
    await ben.page.locator(`${field}:focus`).waitFor();
    await ben.page.keyboard.type(words);
    await rest(ben.page, 700);
    await Promise.all([ana.page.evaluate(awaitNote, words), ben.page.evaluate(awaitEnter)]);
    await ben.page.keyboard.press('Control+Enter');
    times.push((await ana.page.evaluate(noteArrived)) - (await ben.page.evaluate(enterPressed)));
    await rest(ben.page, 400);
  }
  return p75(times);
}

/** The longest time the page answered nobody, while moving through conversations and lists; and how much of a list that is scrolled fast showed no row. */
async function moving(page: Page, base: string): Promise<Record<string, number>> {
  await page.goto(`${base}/inbox/all`);
  await page.locator('a.rowi').nth(8).waitFor();
  await rest(page, 1_500);
  await page.evaluate(forgetTasks);
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('j');
    await rest(page, 300);
  }
  await page.evaluate(watchRows);
  for (let i = 0; i < 10; i++) {
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 3_000);
    await rest(page, 120);
  }
  await rest(page, 500);
  const { most, frames } = await page.evaluate(blankRows);
  if (frames < 50) throw new Error(`The list was looked at in ${frames} frames only.`);
  return { longest_task_ms: await page.evaluate(longestTask), blank_px: most };
}
