import { join } from 'node:path';
import { afterEach } from 'node:test';
import type { Page } from 'playwright-core';

const pages = new Set<Page>();
const LONGEST = 4_000;
const SEEN = `(() => {
  const at = document.activeElement;
  return [
    'The focus is on <' + (at?.tagName ?? '') + '> ' + (at?.getAttribute('aria-label') ?? at?.textContent?.slice(0, 60) ?? '') + (at?.value ? ', where it says: ' + at.value : ''),
    ...(globalThis.toldHere ?? []).slice(-12).map((text) => 'Told: ' + text),
    document.body.innerText.replace(/\\n+/g, '\\n'),
  ].join('\\n');
})()`;
// What a toast said is gone after seconds: it is kept, with when it came.
const KEEP = `(() => {
  const told = (globalThis.toldHere = []);
  const began = Date.now();
  new MutationObserver((all) => {
    for (const { addedNodes } of all)
      for (const node of addedNodes)
        for (const one of node.nodeType === 1 ? [node, ...node.querySelectorAll('.toast')] : [])
          if (one.matches('.toast')) told.push((Date.now() - began) + ' ms ' + one.innerText.replace(/\\n+/g, ' '));
  }).observe(document, { childList: true, subtree: true });
})()`;

/** A page that went on before it could be watched tells less afterwards, and nothing else. */
const failed: string[] = [];

/** Where this page stands is told if a test of this file fails. */
export function watch(page: Page): void {
  pages.add(page);
  // In the page itself: a mail's frame runs no script, and says so where one tries.
  page.on('domcontentloaded', () => {
    page.evaluate(KEEP).catch((error: unknown) => failed.push(String(error)));
  });
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
    process.stdout.write(
      `\nWhere a page stood when "${t.name}" failed:\n${await tell(page)}\n${failed.splice(0).join('\n')}`,
    );
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `failed-${Date.now()}.png`) });
  }
});
