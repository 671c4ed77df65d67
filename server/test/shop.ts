import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type FrameLocator, type Page } from 'playwright-core';
import { chromiumPath } from './journeys/browser.ts';
import { watch } from './journeys/look-back.ts';

export type Shop = {
  url: string;
  /** Under which its pages run. */
  policy: string;
  browser: Browser;
  /**
   * A visitor at the shop: their page, with all the browser complained of and all it asked for. One who `stays` has a profile of their own, as
   * most people do; the others browse privately, where a frame of another site may store nothing at all.
   */
  visit: (options?: Parameters<Browser['newContext']>[0] & Way, path?: string) => Promise<Visitor>;
  end: () => Promise<void>;
};
/** `slowed`: how many times slower its processor is; `before`: what runs in each document before anything else. */
type Way = { stays?: boolean; slowed?: number; before?: string };
export type Visitor = {
  page: Page;
  chat: FrameLocator;
  complaints: string[];
  /** All that stands in its console. */
  printed: string[];
  asked: string[];
  bubble: ReturnType<Page['locator']>;
};

/** Somebody else's website, at another origin than ours, under as strict a policy as there is. `scripts` by their paths; a page below `/own` has not our line, and runs `/own.js`. */
export async function shop(origin: string, appId: string, scripts: Record<string, string> = {}): Promise<Shop> {
  const policy = `default-src 'none'; script-src 'self' ${origin}; style-src 'self'; frame-src ${origin}; require-trusted-types-for 'script'`;
  const server = createServer((request, response): unknown => {
    const path = request.url ?? '/';
    if (path.endsWith('.js')) return response.setHeader('content-type', 'text/javascript').end(scripts[path] ?? '');
    const line = path.startsWith('/own')
      ? `<main id="root"></main><script src="/own.js"></script>`
      : `<script async src="${origin}/chat/${appId}.js" data-app-id="${appId}"></script>`;
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    return response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .setHeader('content-security-policy', policy)
      .end(
        `<!doctype html><html lang="${path.startsWith('/ar') ? 'ar' : 'en'}"><title>Fjord pendant</title><body><h1>Fjord pendant</h1><script src="/shop.js"></script>${line}</body></html>`,
      );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const how = {
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  };
  const browser = await chromium.launch(how);
  const folders: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    url,
    policy,
    browser,
    visit: async ({ stays, slowed, before, ...options } = {}, path = '/') => {
      const about = { viewport: { width: 1280, height: 860 }, ...options };
      if (stays) folders.push(await profile());
      const context: BrowserContext = stays
        ? await chromium.launchPersistentContext(folders.at(-1) as string, { ...how, ...about })
        : await browser.newContext(about);
      contexts.push(context);
      if (before) await context.addInitScript(before);
      const page = await context.newPage();
      watch(page);
      if (slowed) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowed });
      page.setDefaultTimeout(20_000);
      const complaints: string[] = [];
      const printed: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => {
        printed.push(`${message.type()}: ${message.text()}`);
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (request.url().startsWith(origin)) asked.push(request.url().slice(origin.length));
      });
      await page.goto(url + path);
      const bubble = page.locator('#hearten-chat [aria-expanded]');
      if (!path.startsWith('/own')) await bubble.waitFor();
      return { page, complaints, printed, asked, bubble, chat: page.frameLocator('#hearten-chat iframe') };
    },
    end: async () => {
      // One with a profile of its own is a browser of its own: left open by a test that failed, it would keep the file from ending.
      for (const context of contexts) await context.close();
      await browser.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A profile that lets frames store something, kept apart for each site, as most browsers are set up; Debian's Chromium is not. */
async function profile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-profile-'));
  await mkdir(join(folder, 'Default'));
  await writeFile(
    join(folder, 'Default', 'Preferences'),
    JSON.stringify({ profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } }),
  );
  return folder;
}
