import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { makeLog } from '../../src/base/log.ts';
import { type Running, runHearten } from '../../src/run.ts';
import { setupLink } from '../../src/team/index.ts';
import { testDatabase } from '../database.ts';
import { testConfig } from '../desk.ts';
import { until } from '../real.ts';
import { watch } from './look-back.ts';

const where = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const chromiumPath = where.find((path): path is string => Boolean(path && existsSync(path)));

export type Stage = {
  running: Running;
  base: string;
  setup: string;
  browser: Browser;
  page: (options?: Parameters<Browser['newPage']>[0]) => Promise<Page & { troubles: string[] }>;
  /** The server goes away, and comes back at the same address. */
  down: () => Promise<void>;
  up: () => Promise<void>;
  end: () => Promise<void>;
};

/** A whole Hearten on a port of its own, with a real browser before it. Every page remembers what went wrong in it. `root`: where another built app lies. */
export async function stage(settings: Record<string, string> = {}, root?: string): Promise<Stage> {
  if (!chromiumPath) throw new Error('no Chromium was found');
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-journey-'));
  const begin = (port: number): Promise<Running> =>
    runHearten(
      {
        ...testConfig({ RATE_LIMIT: '100000', ...settings, ...(port ? { PORT: String(port) } : {}) }),
        DATA_DIR: folder,
        ...(root ? { root } : {}),
      },
      database.url,
      makeLog('error'),
    );
  const running = await begin(0);
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const made: Stage = {
    running,
    browser,
    base: running.url,
    setup: (await setupLink(running.hearten, running.port)) ?? '',
    page: async (options) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        // What is kept without a connection has journeys of its own; elsewhere every answer comes from the server.
        serviceWorkers: 'block',
        ...options,
      });
      const page = await context.newPage();
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        // Not being signed in yet, and set-up being over, are answers, not troubles.
        if (
          message.type() !== 'error' ||
          (/40[149]/.test(message.text()) && /\/(me|setup|setup\/look|replies)$/.test(message.location().url))
        )
          return;
        troubles.push(`${message.text()} ${message.location().url}`);
      });
      page.setDefaultTimeout(15_000);
      watch(page);
      return Object.assign(page, { troubles });
    },
    down: () => made.running.stop(),
    up: async () => {
      made.running = await begin(running.port);
    },
    end: async () => {
      await browser.close();
      await made.running.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return made;
}

/** Who everything begins with, made by what the one-time link carries; signed in on this page, which stands where a mailbox is connected. */
export async function setUp(page: Page, link: string): Promise<void> {
  const { origin, hash } = new URL(link);
  const answer = await page.context().request.post(`${origin}/api/v1/setup`, {
    data: {
      token: new URLSearchParams(hash.slice(1)).get('token'),
      name: 'Ana Novak',
      email: 'ana@northwind.example',
      password: 'correct horse battery',
      workspace: 'Northwind Lamps',
      language: 'en',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
  });
  if (answer.status() !== 201) throw new Error(`The set-up was answered with ${answer.status()}.`);
  await page.goto(`${origin}/settings/inboxes/new`);
  await page.getByRole('heading', { name: 'Connect a mailbox' }).waitFor();
}

/** The same through the one-time link, as a person would do it. */
export async function setUpByHand(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name').fill('Ana Novak');
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Next' }).click();
  // A reload in between asks for nothing twice but the password.
  await page.getByLabel('Name of the workspace').waitFor();
  await page.reload();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Name of the workspace').fill('Northwind Lamps');
  await page.getByRole('button', { name: 'Open the desk' }).click();
  // Being one's own customer is a journey of its own: first-minutes.test.ts.
  await page.getByRole('link', { name: 'Skip this' }).click();
  await page.getByRole('heading', { name: 'Connect a mailbox' }).waitFor();
}

/**
 * Waits until the mailbox of the first inbox is listened to: mail that is there before is old mail, and not fetched.
 */
export const listened = (page: Page): Promise<number> =>
  until(
    () =>
      page.evaluate(async () => {
        const { items } = (await (await fetch('/api/v1/inboxes')).json()) as { items: { state: { state: string } }[] };
        return items[0]?.state.state === 'working';
      }),
    15_000,
    () => 'the mailbox is listened to',
  );

/**
 * Waits until this is true in the page. (Playwright's own `waitForFunction` takes the promise of an asynchronous function for a yes; and where
 * it is not true at the first look it fails under our policy, which lets nothing be evaluated later.)
 */
export const holds = (page: Page, expression: string): Promise<number> =>
  until(
    () => page.evaluate<boolean>(`Boolean(${expression})`),
    15_000,
    () => expression,
  );

/** What stands in a field, whether it is a plain one or the editor. */
export const wordsIn = (field: Locator): Promise<string> =>
  field.evaluate((e) => ('value' in e ? String(e.value) : (e.textContent ?? '')));
