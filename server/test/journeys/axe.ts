import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

type Found = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];
type Wanted = {
  /** Parts of the page; without them all of it. */
  within?: string[];
  /** Kinds of rules; without them all that axe knows. */
  tags?: string[];
};

/** The same program as the builder brings, in fewer letters: they are sent into each page and read there. */
const near = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
const axeSource = readFileSync(near.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on what is shown now. */
export async function axe(page: Page, { within = [], tags }: Wanted = {}): Promise<Found> {
  const options = { resultTypes: ['violations' as const], ...(tags ? { runOnly: tags } : {}) };
  if (page.frames().length > 1) {
    const builder = new AxeBuilder({ page, axeSource }).options(options);
    for (const part of within) builder.include(part);
    return (await builder.analyze()).violations;
  }
  // With no frame in the page there is nothing to bring together: it is asked itself, and keeps the program while it stands.
  if (!(await page.evaluate<boolean>(`typeof axe === 'object'`))) await page.evaluate(axeSource);
  const context = within.length > 0 ? JSON.stringify({ include: within.map((part) => [part]) }) : 'document';
  return page.evaluate<Found>(`axe.run(${context}, ${JSON.stringify(options)}).then((found) => found.violations)`);
}
