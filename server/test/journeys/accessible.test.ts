import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { hash } from '../../src/base/seal.ts';
import { receive } from '../../src/conversations/index.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let state: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
before(async () => {
  if (skip) return;
  s = await stage();
  const page = await s.page();
  await setUp(page, s.setup);
  const answer = await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const made = await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ name: 'Support', address: 'support@northwind.example', settings: {} }),
    });
    return (await made.json()) as { id: string };
  });
  const [workspace] = await s.running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const texts = [
    'I printed the label three times.',
    '明日届く予定の注文ですが、住所を変更できますか。',
    'فتحت الصندوق هذا الصباح ووجدت الزجاج مكسورا.',
  ];
  await s.running.hearten.db.tx(workspace?.id as string, (tx) =>
    receive(
      tx,
      texts.map((text, i) => ({
        id: newId(),
        inboxId: answer.id,
        channel: 'email',
        externalId: `<a${i}@x.example>`,
        inReplyTo: null,
        references: [],
        token: null,
        from: { address: `c${i}@example.org`, name: ['Claire Dubois', '田中 さくら', 'سارة المنصوري'][i] as string },
        forwarded: null,
        replyTo: null,
        to: [],
        cc: [],
        subject: ['Label comes out blank', '配送先', 'وصل المصباح مكسورا'][i] as string,
        text,
        quote: i ? '' : '> an older text',
        hasHtml: false,
        attachments: [],
        kind: 'message',
        automatic: false,
        language: null,
        bounce: null,
        awayUntil: null,
        thanks: false,
        signs: [],
        authentication: null,
        parsed: null,
        rawHash: null,
        dedupe: hash(text),
        receivedAt: new Date().toISOString(),
        historic: false,
      })),
    ),
  );
  state = await page.context().storageState();
});
after(async () => {
  if (!skip) await s.end();
});

const screens = (): string[] => [
  '/inbox/open',
  '/inbox/open/1',
  '/inbox/waiting',
  '/search?q=label',
  '/customers',
  '/notifications',
  '/settings/you',
  '/settings/keyboard',
  '/settings/notifications',
  '/settings/domains',
  '/settings/workspace',
  '/settings/inboxes',
  '/settings/inboxes/new',
  '/settings/people',
  '/settings/teams',
  '/settings/mails',
  '/settings/spam',
  '/settings/keys',
  '/quarantine',
];
async function look(page: Page, path: string, where: string): Promise<void> {
  await page.goto(s.base + path);
  await page.waitForLoadState('networkidle');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  assert.deepEqual(
    violations.map(
      (v) =>
        `${where} ${path}: ${v.id} ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 3)
          .join(' | ')}`,
    ),
    [],
  );
  const wide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.ok(wide <= 1, `${where} ${path} scrolls sideways by ${wide} px`);
}

for (const [where, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 } }],
  ['right-to-left', { locale: 'ar' }],
  ['narrow', { viewport: { width: 320, height: 700 } }],
] as const)
  test(`every screen is free of what axe finds: ${where}`, { skip, timeout: 180_000 }, async () => {
    const page = await s.page({ ...options, storageState: state });
    if (where === 'right-to-left')
      await page.addInitScript(
        "document.addEventListener('DOMContentLoaded', () => document.documentElement.setAttribute('dir', 'rtl'))",
      );
    // What differs by colour, width or direction shows on these; the rest is the same markup.
    const few = new Set([
      '/inbox/open/1',
      '/search?q=label',
      '/notifications',
      '/settings/inboxes/new',
      '/settings/people',
      '/quarantine',
    ]);
    for (const path of screens()) if (where === 'light' || few.has(path)) await look(page, path, where);
    assert.deepEqual(page.troubles, []);
    await page.close();
  });

test('the way in is free of what axe finds', { skip, timeout: 60_000 }, async () => {
  const page = await s.page();
  for (const path of ['/', '/reset', '/join#token=none']) await look(page, path, 'signed out');
});

test('reading, answering and resolving work with the keyboard alone', { skip, timeout: 90_000 }, async () => {
  const page = await s.page({ storageState: state });
  await page.goto(`${s.base}/inbox/open`);
  await page.getByText('Label comes out blank').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/inbox\/open\/\d+/);
  await page.keyboard.press('n');
  await page.keyboard.type('A note by keyboard');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('A note by keyboard').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page
    .getByText(/resolved/i)
    .first()
    .waitFor();
  // No key with Alt does anything: people in many languages write letters with it.
  const before = page.url();
  for (const key of ['e', 'j', 'r', 's']) await page.keyboard.press(`Alt+${key}`);
  assert.equal(page.url(), before);
  assert.deepEqual(page.troubles, []);
});
