import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { arrive } from '../../src/channels/email/arrive.ts';
import { sanitise } from '../../src/channels/email/html/index.ts';
import { type Stage, setUp, stage } from './browser.ts';

export type Desk = Stage & { page1: Page; workspaceId: string; inboxId: string; dialogs: string[]; asked: string[] };

/** The sandbox the app itself gives its frames: a test with another one would say nothing. */
const sandbox = /sandbox = '([^']+)'/.exec(
  readFileSync(new URL('../../../web/src/conversations/MailFrame.tsx', import.meta.url), 'utf8'),
)?.[1];

/** A desk with its owner signed in, an inbox, and ears for dialogs and for whatever leaves the browser. */
export async function hostileDesk(): Promise<Desk> {
  const s = await stage();
  const page = await s.page();
  await setUp(page, s.setup);
  const inbox = await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const made = await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({
        name: 'Support',
        address: 'support@northwind.example',
        settings: { trustedHosts: ['mx.northwind.example'] },
      }),
    });
    return (await made.json()) as { id: string };
  });
  const [workspace] = await s.running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const heard = listen(page.context());
  return { ...s, page1: page, workspaceId: workspace?.id as string, inboxId: inbox.id, ...heard };
}

export function listen(context: BrowserContext): { dialogs: string[]; asked: string[] } {
  const [dialogs, asked]: [string[], string[]] = [[], []];
  const hear = (page: Page) =>
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  for (const page of context.pages()) hear(page);
  context.on('page', hear);
  context.on('request', (request) => asked.push(request.url()));
  // What a policy stops in the browser was never sent.
  context.on('requestfailed', (request) => {
    if (/^(csp|origin)$/.test(request.failure()?.errorText ?? '')) asked.splice(asked.lastIndexOf(request.url()), 1);
  });
  return { dialogs, asked };
}

/** Mails arrive as they would from outside; answers with the ids of their messages, in order. */
export async function arriving(desk: Desk, mails: string[]): Promise<string[]> {
  const ids = mails.map(() => newId());
  for (let from = 0; from < mails.length; from += 50) {
    const batch = mails.slice(from, from + 50).map((mail, i) => {
      const bytes = Buffer.from(mail);
      return {
        id: ids[from + i] as string,
        inboxId: desk.inboxId,
        source: 'smtp' as const,
        bytes,
        size: bytes.length,
        receivedAt: new Date().toISOString(),
        historic: false,
        folder: '',
        uidvalidity: null,
        uid: null,
        envelope: {},
        stub: null,
      };
    });
    await arrive(desk.running.hearten, desk.workspaceId, batch);
  }
  return ids;
}

export const htmlMail = (html: string, n: number): string =>
  `Message-ID: <hostile-${n}@evil.example>\r\nFrom: Eve <eve${n}@evil.example>\r\nTo: support@northwind.example\r\nSubject: Payload ${n}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(
    `<p>before</p>${html}`,
  )
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n')}\r\n`;

/** Opens the mails' frames as the app does, many at a time, and says what went wrong in them. */
export async function openFrames(desk: Desk, ids: string[]): Promise<string[]> {
  const wrong: string[] = [];
  const page = desk.page1;
  await page.goto(`${desk.base}/inbox/all`);
  await page.locator('.rail').waitFor();
  for (let from = 0; from < ids.length; from += 40) {
    const pages = page.context().pages().length;
    const address = page.url();
    const began = desk.asked.length;
    const found = await page.evaluate<string[]>(
      inPage('lookInside', { ids: ids.slice(from, from + 40), sandbox: sandbox ?? '' }),
    );
    wrong.push(...found);
    if (page.url() !== address) wrong.push(`batch ${from}: the app was led to ${page.url()}`);
    if (page.context().pages().length !== pages) wrong.push(`batch ${from}: a window was opened`);
    for (const url of desk.asked.slice(began)) {
      const { origin, pathname } = new URL(url);
      const own = origin === desk.base || url.startsWith('data:');
      if (!own || /^\/frames\/(?!messages\/[0-9a-f-]{36}$)/.test(pathname))
        wrong.push(`batch ${from}: asked for ${url}`);
    }
  }
  wrong.push(...desk.dialogs.map((text) => `a dialog: ${text}`));
  return wrong;
}

/**
 * What runs of this HTML in a page without any protection. Of the payloads themselves: shows that they are sharp. Of what the
 * sanitiser makes of them: shows what it is worth alone.
 */
export async function runsBare(page: Page, all: string[]): Promise<number[]> {
  await page.goto('about:blank');
  return page.evaluate<number[]>(inPage('runAll', all));
}

/** A call of one function of in-page.mjs, as text. */
function inPage(name: string, given: unknown): string {
  const text = readFileSync(new URL('in-page.mjs', import.meta.url), 'utf8').replace(/^export /gm, '');
  return `(() => { ${text}; return ${name}(${JSON.stringify(given)}) })()`;
}

export const sanitised = (all: string[]): string[] => all.map((html) => sanitise(html).html);
