import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Schedule } from '@hearten/contract';
import type { Page } from 'playwright-core';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask } from './every-screen.ts';

const skip = !chromiumPath && 'no Chromium was found';
let s: Stage;
before(async () => {
  if (!skip) s = await stage({});
});
after(async () => {
  if (!skip) await s.end();
});

const now = async (page: Page): Promise<Schedule> =>
  ask<Schedule>(page, 'GET', `/hours/${page.url().split('/').at(-1)}`);
/** What was chosen is kept a moment later. */
async function kept(page: Page, day: number, open: number[][]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (JSON.stringify((await now(page)).week[day]) === JSON.stringify(open)) return;
    await page.waitForTimeout(50);
  }
  assert.deepEqual((await now(page)).week[day], open);
}

test('Hours are found by another word, typed, dragged, moved by keys and copied; what is wrong is said, and all can be taken back', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Do or find anything' });
  await palette.getByRole('combobox').fill('holidays');
  await palette.getByRole('option', { name: /Hours/ }).click();
  await page.getByRole('heading', { name: 'No hours yet' }).waitFor();
  await page.getByRole('button', { name: 'New hours' }).click();
  await page.getByRole('heading', { name: 'Opening hours' }).waitFor();
  await page.getByText(/^(Open now until|Closed now)/).waitFor();

  // Several hours a day, typed as people type.
  const monday = page.getByRole('listitem').filter({ hasText: 'Monday' });
  await monday.getByLabel('Closes at').fill('12.30');
  await page.keyboard.press('Enter');
  await kept(page, 0, [[540, 750]]);
  await monday.getByRole('button', { name: 'Add hours' }).click();
  await kept(page, 0, [
    [540, 750],
    [810, 1050],
  ]);
  // Hours that overlap are said, and nothing is kept until they no longer do.
  await monday.getByLabel('Opens at').nth(1).fill('11');
  await page.keyboard.press('Enter');
  await monday.getByText('These hours overlap').waitFor();
  await kept(page, 0, [
    [540, 750],
    [810, 1050],
  ]);
  await monday.getByRole('button', { name: 'Back to what it was' }).click();
  await monday.getByLabel('Opens at').first().fill('soon');
  await page.keyboard.press('Tab');
  await monday.getByText('“soon” is not a time').waitFor();
  // An end before the beginning: a mistake, or the next day.
  await monday.getByLabel('Closes at').nth(1).fill('2:00');
  await page.keyboard.press('Enter');
  await monday.getByText('It ends before it begins').waitFor();
  await monday.getByRole('button', { name: 'It ends the next day' }).click();
  await kept(page, 0, [
    [540, 750],
    [810, 1560],
  ]);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await kept(page, 0, [
    [540, 750],
    [810, 1050],
  ]);

  // By keys, and by dragging.
  await page.getByRole('slider', { name: 'Tuesday: closes' }).focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'PageUp']) await page.keyboard.press(key);
  await kept(page, 1, [[540, 1110]]);
  const grip = await page.getByRole('slider', { name: 'Wednesday: opens' }).boundingBox();
  const track = await page.locator('.hoursbar').nth(2).boundingBox();
  assert.ok(grip && track);
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width * (7 / 24), grip.y + 5, { steps: 4 });
  await page.mouse.up();
  await kept(page, 2, [[420, 1020]]);
  await page.getByRole('button', { name: 'Copy Wednesday to other days' }).click();
  await page.getByRole('menuitem', { name: 'Copy to every day' }).click();
  await kept(page, 6, [[420, 1020]]);

  // A holiday, with its dates before it is kept; gone, and back.
  await page.getByRole('button', { name: 'Add a holiday' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Easter Monday');
  await dialog.getByLabel('When', { exact: true }).selectOption('easter');
  await dialog.getByText(/^Next: Mon/).waitFor();
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByText('1 day after Easter Sunday').waitFor();
  await page.getByRole('button', { name: 'Remove Easter Monday' }).click();
  await page.getByText('Removed: Easter Monday').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('1 day after Easter Sunday').waitFor();

  // One date; and a calendar from a file.
  await page.getByRole('button', { name: 'Add a date' }).click();
  await dialog.getByLabel('Date').fill('2099-12-24');
  await dialog.getByLabel('Hours').fill('9-12, 11-13');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('These are no hours').waitFor();
  await dialog.getByLabel('Hours').fill('9-12');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('24 Dec 2099').or(page.getByText('Dec 24, 2099')).first().waitFor();
  await page.getByRole('button', { name: 'Add a calendar' }).click();
  await dialog.getByLabel('Name').fill('Days off');
  await dialog.getByLabel('Where it comes from').selectOption('file');
  const file = (text: string) => ({ name: 'days.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
  await dialog.getByLabel('File').setInputFiles(file('no calendar'));
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.getByText('This is not an iCal file').waitFor();
  const founders = 'UID:1\r\nDTSTART;VALUE=DATE:20200308\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Founders';
  await dialog
    .getByLabel('File')
    .setInputFiles(
      file(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n${founders}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`),
    );
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByText('Founders').first().waitFor();
  const all = await now(page);
  assert.deepEqual(
    [all.holidays.length, all.exceptions[0]?.open, (all.calendars[0]?.count ?? 0) >= 4],
    [1, [[540, 720]], true],
  );
});
