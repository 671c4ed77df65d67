import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Browser, chromium, type Page } from 'playwright-core';
import { COOKIE } from '../../server/src/base/http.ts';
import { hash } from '../../server/src/base/seal.ts';
import { chromiumPath } from '../../server/test/journeys/browser.ts';
import type { Desk } from './desk.ts';
import { arm, armed, type Look, watch } from './in-page.mjs';

const PATIENCE = 20_000;
export type Seen = { page: Page; browser: Browser };

/** A browser of its own for someone of the desk, signed in: the n-th who may answer. */
export async function person(desk: Desk, n: number): Promise<Seen> {
  if (!chromiumPath) throw new Error('No Chromium was found; set CHROMIUM to one.');
  const db = new pg.Client(desk.adminUrl);
  await db.connect();
  const { rows } = await db.query<{ account_id: string; workspace_id: string }>(
    `select account_id, workspace_id from person where active and role <> 'viewer' order by language like 'en%' desc, created_at, id limit 10`,
  );
  const who = rows[n % rows.length];
  const token = randomBytes(32).toString('base64url');
  await db.query(
    `insert into session (token_hash, id, account_id, workspace_id, csrf, expires_at) values ($1, $2, $3, $4, $5, now() + interval '1 day')`,
    [hash(token), randomUUID(), who?.account_id, who?.workspace_id, randomBytes(16).toString('base64url')],
  );
  await db.end();
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const url = new URL(desk.api.base).origin.replace('http:', 'https:').replace('127.0.0.1', 'localhost');
  await context.addCookies([{ name: COOKIE, value: token, url, secure: true, httpOnly: true }]);
  await context.addInitScript(watch);
  return { browser, page: await context.newPage() };
}

/** What one does, and how long until the page shows it. */
export async function timed(page: Page, look: Look, act: () => Promise<unknown>): Promise<number> {
  // First the page listens, then one acts: keys go another way into it than questions, and would overtake them.
  await page.evaluate(arm, look);
  await act();
  const late = sleep(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`${look.selector} did not change within ${PATIENCE / 1000} s (${page.url()}).`);
  });
  const took = await Promise.race([page.evaluate(armed), late]);
  late.catch(() => undefined); // it was shown in time
  return took;
}

export const p75 = (times: number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.75) - 1)] ?? Number.NaN;
};
export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
