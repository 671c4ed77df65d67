import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { makeLog } from '../../src/base/log.ts';
import { type Running, runHearten } from '../../src/run.ts';
import { setupLink } from '../../src/team/index.ts';
import { testDatabase } from '../database.ts';
import { testConfig } from '../desk.ts';

const where = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const chromiumPath = where.find((path): path is string => Boolean(path && existsSync(path)));

export type Stage = {
  running: Running;
  base: string;
  setup: string;
  browser: Browser;
  page: (options?: Parameters<Browser['newPage']>[0]) => Promise<Page & { troubles: string[] }>;
  end: () => Promise<void>;
};

/** A whole Hearten on a port of its own, with a real browser before it. Every page remembers what went wrong in it. */
export async function stage(settings: Record<string, string> = {}): Promise<Stage> {
  if (!chromiumPath) throw new Error('no Chromium was found');
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-journey-'));
  const running = await runHearten(
    { ...testConfig({ RATE_LIMIT: '100000', ...settings }), DATA_DIR: folder },
    database.url,
    makeLog('error'),
  );
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
  return {
    running,
    browser,
    base: running.url,
    setup: (await setupLink(running.hearten, running.port)) ?? '',
    page: async (options) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        // Not being signed in yet, and set-up being over, are answers, not troubles.
        if (
          message.type() !== 'error' ||
          (/40[149]/.test(message.text()) && /\/(me|setup|replies)$/.test(message.location().url))
        )
          return;
        troubles.push(`${message.text()} ${message.location().url}`);
      });
      page.setDefaultTimeout(15_000);
      return Object.assign(page, { troubles });
    },
    end: async () => {
      await browser.close();
      await running.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The first owner, through the one-time link, as a person would do it. */
export async function setUp(page: Page, link: string): Promise<void> {
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
  await page.getByRole('heading', { name: 'Connect a mailbox' }).waitFor();
}
