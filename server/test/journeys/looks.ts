import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ask } from './every-screen.ts';

/** With SHOTS naming a folder: pictures of a screen as it is on a desk, on a phone, in the evening and in Arabic. */
export async function pictures(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (!folder) return;
  const shoot = async (look: string): Promise<void> => {
    await page.waitForTimeout(400); // charts measure themselves
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
  };
  const desk = { width: 1440, height: 1300 };
  await page.setViewportSize(desk);
  await shoot('1440');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('dark');
  await page.setViewportSize({ width: 390, height: 1300 });
  await shoot('390-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot('390');
  await page.setViewportSize(desk);
  const was = await ask<{ person: { language: string | null } }>(page, 'GET', '/me');
  for (const language of ['ar', was.person.language]) {
    await ask(page, 'PATCH', '/me', { language });
    await page.reload({ waitUntil: 'networkidle' });
    if (language === 'ar') await shoot('ar');
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** With SHOTS naming a folder: one picture of the whole screen as it is now. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
}
/** How many px a screen is wider than its window. */
export const wide = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
