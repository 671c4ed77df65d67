import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { hash } from '../../src/base/seal.ts';
import { root as project } from '../desk.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { bareInbox, letters, workspaceOf } from './letters.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
const root = mkdtempSync(join(tmpdir(), 'hearten-app-'));
const profile = mkdtempSync(join(tmpdir(), 'hearten-profile-'));
const dist = join(root, 'web/dist');
let s: Stage;
/** A browser that keeps things, as people have it: a private one can't install anything. */
let browser: BrowserContext;
let page: Page;
let inboxId: string;
before(async () => {
  if (skip) return;
  cpSync(join(project, 'web/dist'), dist, { recursive: true });
  s = await stage({}, root);
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--disable-gpu'],
    viewport: { width: 1440, height: 900 },
    permissions: ['notifications'],
  });
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await setUp(page, s.setup);
  inboxId = await bareInbox(s);
  await letters(s, inboxId, { subject: 'Lamp A', text: 'It hums.' });
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /Lamp A/ }).waitFor();
  await until('a worker has the page', () => page.evaluate<boolean>('navigator.serviceWorker.controller !== null'));
});
after(async () => {
  if (skip) return;
  await browser.close();
  await s.end();
  for (const folder of [root, profile]) rmSync(folder, { recursive: true, force: true });
});
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds().catch(() => false)) return;
    await sleep(100);
  }
  assert.fail(`never: ${what}`);
}

test('a browser finds nothing that keeps the app from being installed', { skip, timeout: 60_000 }, async () => {
  const cdp = await browser.newCDPSession(page);
  const { errors, data } = await cdp.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data ?? '{}') as { name: string; icons: { purpose?: string }[] };
  assert.equal(manifest.name, 'Hearten');
  assert.ok(manifest.icons.some((icon) => icon.purpose === 'maskable'));
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors, []);
});

test('pages that are for customers are not taken for the app’s, also in a browser that keeps it', {
  skip,
  timeout: 60_000,
}, async () => {
  const tab = await browser.newPage();
  for (const [path, status] of [
    ['/felt/a.b.c/b', 404],
    ['/asked/a.b.c/5', 404],
    ['/no-questions/a.b.c', 404],
    ['/no-more/a.b.c', 404],
    ['/my-praise/a.b.c', 404],
    ['/said/aaaaaaaaaaaa', 410],
  ] as const) {
    assert.equal((await tab.goto(`${s.base}${path}`))?.status(), status, path);
    assert.equal(await tab.locator('script').count(), 0, path);
  }
  await tab.close();
});

test('what an installed app offers at its icon is said in the reader’s language', {
  skip,
  timeout: 60_000,
}, async () => {
  const reader = await s.page({ locale: 'ar' });
  await reader.goto(`${s.base}/sign-in`);
  await reader.locator('html[lang=ar]').waitFor();
  const cdp = await reader.context().newCDPSession(reader);
  const { errors, data } = await cdp.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data ?? '{}') as { id: string; lang: string; shortcuts: { name: string; url: string }[] };
  assert.deepEqual([manifest.id, manifest.lang, manifest.shortcuts.length], ['/', 'ar', 4]);
  for (const { name } of manifest.shortcuts) assert.match(name, /^[\u0600-\u06ff ]+$/);
  await reader.close();
});

/** What the push service would hand over after the browser decrypted it. */
async function push(said: { title: string; body: string; tag: string; url: string; unseen: number }): Promise<void> {
  const cdp = await browser.newCDPSession(page);
  const found = new Promise<string>((done) =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find((one) => one.scopeURL.startsWith(s.base) && !one.isDeleted);
      if (own) done(own.registrationId);
    }),
  );
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.deliverPushMessage', {
    origin: s.base,
    registrationId: await found,
    data: JSON.stringify(said),
  });
  await cdp.detach();
}
const shown = (): Promise<string[]> =>
  page.evaluate<string[]>(
    `navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => n.title + ' | ' + n.body + ' | ' + n.actions.map((a) => a.title)))`,
  );

test('a push says who wrote and what, not to a tab that is looked at; pressing it opens the conversation in that tab', {
  skip,
  timeout: 60_000,
}, async () => {
  const workspaceId = await workspaceOf(s);
  const [row] = await s.running.hearten.db.read<{ id: string }>(
    workspaceId,
    sql`select id from conversation where workspace_id = ${workspaceId} limit 1`,
  );
  const said = {
    title: 'Mira Vance',
    body: 'Lamp A\nIt went dark again.',
    tag: 'x',
    url: `/conversations/${row?.id}`,
    unseen: 1,
  };
  await page.bringToFront();
  assert.ok(await page.evaluate('document.hasFocus()'));
  await push(said);
  await sleep(500);
  assert.deepEqual(await shown(), [], 'whoever looks is told in the app');

  // The driver lets every page believe that it has the focus; here it matters.
  const cdp = await browser.newCDPSession(page);
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await browser.newPage();
  await other.goto('about:blank');
  await other.bringToFront();
  await until('nobody looks', async () => !(await page.evaluate('document.hasFocus()')));
  // The worker hears of it a moment later.
  const worker = browser.serviceWorkers().find((one) => one.url().startsWith(s.base));
  await until('the worker knows', async () => {
    const looked = await worker?.evaluate<boolean>(
      'clients.matchAll({ type: "window" }).then((all) => all.some((one) => one.focused))',
    );
    return looked === false;
  });
  await push(said);
  await until('it is shown', async () => (await shown()).length === 1);
  assert.deepEqual(await shown(), ['Mira Vance | Lamp A\nIt went dark again. | Reply']);

  // Pressed: the worker does what a click on it makes it do. The tab that is there goes, without loading anew.
  await page.evaluate('window.stays = true');
  assert.ok(worker);
  await worker.evaluate(`registration.getNotifications().then(([notification]) =>
    dispatchEvent(new NotificationEvent('notificationclick', { notification, action: 'reply' })))`);
  await page.waitForURL(/\/inbox\/all\/1$/);
  await until('one can answer at once', () =>
    page.evaluate<boolean>(`document.activeElement?.closest('[data-keys=writing]') !== null`),
  );
  assert.equal(await page.evaluate('window.stays'), true);
  assert.deepEqual(await shown(), []);
  await other.close();
});

test('a browser that gives itself another address for push tells the server, and is taken off by its own switch', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.bringToFront();
  await page.goto(`${s.base}/settings/notifications`);
  const push = page.getByLabel('Tell me by push in this browser');
  await push.waitFor();
  assert.equal(await push.isChecked(), false);
  const worker = browser.serviceWorkers().find((one) => one.url().startsWith(s.base));
  assert.ok(worker);
  const keys = createECDH('prime256v1');
  // What a push service of a vendor would cause; none can be reached from here.
  const subscription = {
    endpoint: 'https://push.example/moved',
    keys: { p256dh: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
  };
  await worker.evaluate(`dispatchEvent(Object.assign(new ExtendableEvent('pushsubscriptionchange'), {
    newSubscription: { options: {}, toJSON: () => (${JSON.stringify(subscription)}) } }))`);
  const workspaceId = await workspaceOf(s);
  const known = async (): Promise<number> => {
    const [row] = await s.running.hearten.db.read<{ n: number }>(
      workspaceId,
      sql`select count(*)::int as n from push_browser where workspace_id = ${workspaceId} and endpoint_hash = ${hash(subscription.endpoint)}`,
    );
    return row?.n ?? 0;
  };
  await until('the server knows the new address', async () => (await known()) === 1);
  await page.reload();
  await until('the switch is on', () => push.isChecked());
  await push.click();
  await page.getByText('This browser is told nothing any more').waitFor();
  assert.equal(await known(), 0);
});

test('the icon of the tab carries the number that waits, and is the plain mark without one', {
  skip,
  timeout: 60_000,
}, async () => {
  let unseen = 7;
  await page.route(/\/api\/v1\/notifications\?/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), unseen } });
  });
  await page.goto(`${s.base}/inbox/open`);
  await until('the tab says so', () => page.evaluate<boolean>("document.title.startsWith('(7) ')"));
  await until('the tab says so', () =>
    page.evaluate<boolean>("document.querySelector('link[rel=icon]').href.startsWith('data:image/png')"),
  );
  // A red field stands at the upper end of the mark, with something white on it; the lower end is the mark's own.
  const drawn = await page.evaluate<{ red: number; white: number; below: number }>(`(async () => {
    const bitmap = new Image();
    bitmap.src = document.querySelector('link[rel=icon]').href;
    await bitmap.decode();
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const brush = canvas.getContext('2d');
    brush.drawImage(bitmap, 0, 0);
    const count = (y, is) => {
      let n = 0;
      const { data } = brush.getImageData(28, y, 36, 26);
      for (let i = 0; i < data.length; i += 4) if (is(data[i], data[i + 1], data[i + 2])) n++;
      return n;
    };
    const red = (r, g, b) => r > 160 && g < 80 && b < 80;
    return { red: count(2, red), white: count(2, (r, g, b) => r > 230 && g > 230 && b > 230), below: count(38, red) };
  })()`);
  assert.ok(drawn.red > 300 && drawn.white > 20 && drawn.below === 0, JSON.stringify(drawn));
  unseen = 0;
  await page.reload();
  await until('the tab says so', () =>
    page.evaluate<boolean>("document.querySelector('link[rel=icon]').href.endsWith('/mark.svg')"),
  );
  await until('the tab says so', () => page.evaluate<boolean>("!document.title.startsWith('(')"));
  await page.unroute(/\/api\/v1\/notifications\?/);
});

test('a device that is not to keep mail keeps none, until it is switched on again', {
  skip,
  timeout: 60_000,
}, async () => {
  const kept = (): Promise<number> =>
    page.evaluate<number>(`new Promise((done) => {
      const opening = indexedDB.open('hearten');
      opening.onsuccess = () => {
        const all = opening.result.transaction('kept').objectStore('kept').count();
        all.onsuccess = () => {
          opening.result.close();
          done(all.result);
        };
      };
    })`);
  await until('something is kept', async () => (await kept()) > 0);
  await page.goto(`${s.base}/settings/notifications`);
  const keep = page.getByLabel('Keep the last conversations on this device');
  await keep.uncheck();
  await page.getByText('Taken off this device').waitFor();
  await until('all of it is gone', async () => (await kept()) === 0);
  await page.goto(`${s.base}/inbox/all/1`);
  await page.locator('article[data-item]').first().waitFor();
  await sleep(2500);
  assert.equal(await kept(), 0, 'nothing that is read meanwhile is kept');
  await page.goto(`${s.base}/settings/notifications`);
  assert.equal(await keep.isChecked(), false);
  await keep.check();
  await page.goto(`${s.base}/inbox/all/1`);
  await until('it keeps again', async () => (await kept()) > 0);
});

test('a newer version is offered while one writes, and taken without losing a word; a tab of the older one goes on', {
  skip,
  timeout: 90_000,
}, async () => {
  await page.bringToFront();
  await page.goto(`${s.base}/inbox/all/1`);
  const field = page.locator('[data-keys=writing] textarea, [data-keys=writing] [contenteditable=true]').first();
  await field.waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('Half a sentence', { delay: 5 });
  const second = await browser.newPage();
  await second.goto(`${s.base}/inbox/all`);
  await second.getByRole('link', { name: /Lamp A/ }).waitFor();

  // A deployment: the page and its worker are others, and the file of a part that nobody loaded yet has another name.
  await s.down();
  const worker = readFileSync(join(dist, 'sw.js'), 'utf8');
  const part = /"?(assets\/Teams-[\w-]+\.js)/.exec(worker)?.[1] ?? assert.fail('no part to rename');
  const renamed = part.replace('Teams-', 'Teams-newer');
  cpSync(join(dist, part), join(dist, renamed));
  rmSync(join(dist, part));
  // What stands packed beside them is of the version before.
  for (const name of [part, 'sw.js'])
    for (const way of ['br', 'gz']) rmSync(join(dist, `${name}.${way}`), { force: true });
  const old = /shell-([0-9a-f]{16})/.exec(worker)?.[1] ?? assert.fail('no version');
  writeFileSync(join(dist, 'sw.js'), worker.replaceAll(old, 'f'.repeat(16)).replaceAll(part, renamed));
  const index = readFileSync(join(dist, 'index.html'), 'utf8');
  writeFileSync(
    join(dist, 'index.html'),
    index.replace('<title>Hearten</title>', '<title>Hearten</title><!-- newer -->'),
  );
  await s.up();

  await page.evaluate('navigator.serviceWorker.getRegistration().then((r) => r.update())');
  await page.getByRole('button', { name: 'Load it now' }).click();
  await until('the newer page is there', () => page.evaluate<boolean>(`document.head.innerHTML.includes('newer')`));
  await page.getByText('Half a sentence').first().waitFor();
  // The other tab's files are on no server any more, and it opens what it never opened before.
  await second.evaluate(
    `void history.pushState({}, '', '/settings/teams'); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await second.getByRole('heading', { name: 'Teams' }).first().waitFor();
});

test('whoever signs out leaves nothing behind on the device', { skip, timeout: 60_000 }, async () => {
  await page.bringToFront();
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('button', { name: /You:/ }).first().click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Good to see you' }).waitFor();
  const left = await page.evaluate<number>(`new Promise((done) => {
    const opening = indexedDB.open('hearten');
    opening.onsuccess = () => {
      const all = opening.result.transaction('kept').objectStore('kept').count();
      all.onsuccess = () => done(all.result);
    };
  })`);
  assert.equal(left, 0);
  assert.equal(await page.evaluate(`caches.keys().then((names) => names.includes('frames'))`), false);
  const [session] = await s.running.hearten.db.read<{ n: number }>(
    NOWHERE,
    sql`select count(*)::int as n from session`,
  );
  assert.equal(session?.n, 0);
});
