import { join } from 'node:path';
import { afterEach } from 'node:test';
import type { Page } from 'playwright-core';

const pages = new Set<Page>();
const LONGEST = 4_000;
const SEEN = `(() => {
  const at = document.activeElement;
  return [
    'The focus is on <' + (at?.tagName ?? '') + '> ' + (at?.getAttribute('aria-label') ?? at?.textContent?.slice(0, 60) ?? '') + (at?.value ? ', where it says: ' + at.value : ''),
    document.body.innerText.replace(/\\n+/g, '\\n'),
  ].join('\\n');
})()`;

/** Where this page stands is told if a test of this file fails. */
export function watch(page: Page): void {
  pages.add(page);
  page.on('close', () => pages.delete(page));
}

async function tell(page: Page): Promise<string> {
  const frames = await Promise.all(
    page.frames().map(async (frame) => {
      const words = await frame.evaluate<string>(SEEN).catch((error: unknown) => `cannot be read: ${error}`);
      return `${frame.url()}\n${words.slice(0, LONGEST)}`;
    }),
  );
  return frames.join('\n\n');
}

// A journey that failed elsewhere cannot be looked at afterwards: what was on its screens is in its output. With SHOTS
// set to a folder, as pictures too.
afterEach(async (t) => {
  if (!('passed' in t) || t.passed) return;
  for (const page of pages) {
    process.stdout.write(`\nWhere a page stood when "${t.name}" failed:\n${await tell(page)}\n`);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `failed-${Date.now()}.png`) });
  }
});
