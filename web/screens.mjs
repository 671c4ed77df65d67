// Takes a picture of every screen, by day and in the evening, on a phone and from right to left.
// BASE_URL=http://localhost:3000 EMAIL=… PASSWORD=… node web/screens.mjs [folder] [only=inbox,thread]
// Some mails that are hard to show are posted to its first inbox: take the pictures of a desk for trying out.
// A seeded workspace (hearten seed) makes them worth looking at. CHROMIUM names a browser; else the usual places are tried.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { postMails } from './screens-mails.mjs';

const base = process.env.BASE_URL ?? 'http://localhost:3000';
const { EMAIL: email, PASSWORD: password } = process.env;
if (!email || !password) {
  process.stderr.write('Say who signs in: EMAIL=… PASSWORD=… node web/screens.mjs\n');
  process.exit(64);
}
const given = process.argv.slice(2);
const only = given
  .find((a) => a.startsWith('only='))
  ?.slice(5)
  .split(',');
const folder = given.find((a) => !a.startsWith('only=')) ?? join(import.meta.dirname, '../docs/screens');
mkdirSync(folder, { recursive: true });
const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

const first = async (page) => {
  await page.goto(`${base}/inbox/all`);
  const row = page.locator('.rowi').first();
  await row.waitFor();
  return (await row.getAttribute('href')).replace(/.*\//, '');
};
/** Every screen: its address, and what is done before the picture. */
const screens = (number, posted) => ({
  inbox: { path: '/inbox/open' },
  thread: { path: `/inbox/open/${number}` },
  note: {
    path: `/inbox/open/${number}`,
    act: async (page) => {
      await page.keyboard.press('n');
      await page.keyboard.type('She has waited long enough. Let us send the lamp today.');
    },
    after: (page) => page.getByRole('textbox', { name: /Note text/ }).fill(''),
  },
  'hard-mail': {
    path: `/inbox/all/${posted['hard-mail']}`,
    act: async (page) => {
      const button = page.getByRole('button', { name: 'Show as designed' });
      if (await button.count()) await button.first().click();
      await page.waitForTimeout(800);
      await page.locator('.thread').evaluate((thread) => {
        thread.scrollTop = 0;
      });
    },
  },
  invitation: { path: `/inbox/all/${posted.invitation}` },
  encrypted: { path: `/inbox/all/${posted.encrypted}` },
  bounce: { path: `/inbox/all/${posted.bounce}` },
  assign: { path: `/inbox/open/${number}`, act: (page) => page.keyboard.press('a') },
  snooze: { path: `/inbox/open/${number}`, act: (page) => page.keyboard.press('s') },
  keys: { path: '/inbox/open', act: (page) => page.keyboard.press('?') },
  search: {
    path: '/search',
    act: async (page) => {
      await page.getByRole('searchbox').fill(process.env.WORDS ?? 'order');
      await page.waitForTimeout(700);
    },
  },
  customers: { path: '/customers' },
  notifications: { path: '/notifications' },
  quarantine: { path: '/quarantine' },
  inboxes: { path: '/settings/inboxes' },
  connect: { path: '/settings/inboxes/new' },
  people: { path: '/settings/people' },
  teams: { path: '/settings/teams' },
  you: { path: '/settings/you' },
  workspace: { path: '/settings/workspace' },
  mails: { path: '/settings/mails' },
  spam: { path: '/settings/spam' },
  spamfolder: { path: '/inbox/spam', act: (page) => page.locator('.rowi').first().click() },
  why: {
    path: `/inbox/open/${number}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: /Why is this not spam/ }).click();
    },
  },
  keysettings: { path: '/settings/keys' },
  keyboard: { path: '/settings/keyboard' },
  tellme: { path: '/settings/notifications' },
  domains: { path: '/settings/domains' },
  palette: { path: `/inbox/open/${number}`, act: (page) => page.keyboard.press('Control+k') },
  bulk: {
    path: '/inbox/all',
    act: async (page) => {
      await page.locator('.rowi').first().focus();
      await page.keyboard.press('x');
      for (let n = 0; n < 3; n++) await page.keyboard.press('Shift+ArrowDown');
    },
  },
});
const looks = [
  { name: 'light', width: 1440, height: 900, scheme: 'light' },
  { name: 'dark', width: 1440, height: 900, scheme: 'dark' },
  { name: 'middle', width: 1024, height: 768, scheme: 'light', few: true },
  { name: 'phone', width: 390, height: 844, scheme: 'light' },
  { name: 'rtl', width: 1440, height: 900, scheme: 'light', language: 'ar', few: true },
];
const few = [
  'tellme',
  'bulk',
  'hard-mail',
  'invitation',
  'spamfolder',
  'inbox',
  'thread',
  'note',
  'people',
  'connect',
  'search',
];

const browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
const trouble = [];
const languageOf = (page, language) =>
  page.evaluate(async (wanted) => {
    const me = await (await fetch('/api/v1/me')).json();
    await fetch('/api/v1/me', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ language: wanted }),
    });
    return me.person.language;
  }, language);
try {
  const gate = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const door = await gate.newPage();
  await door.goto(`${base}/sign-in`);
  await door.getByLabel('E-mail').waitFor();
  await door.screenshot({ path: join(folder, 'sign-in-light.png') });
  await door.getByLabel('E-mail').fill(email);
  await door.getByLabel('Password').fill(password);
  await door.getByRole('button', { name: 'Sign in' }).click();
  await door.locator('.rail').waitFor();
  const number = process.env.NUMBER ?? (await first(door));
  const posted = await postMails(door, base);
  const state = await gate.storageState();
  for (const look of looks) {
    const was = look.language ? await languageOf(door, look.language) : null;
    const context = await browser.newContext({
      storageState: state,
      viewport: { width: look.width, height: look.height },
      colorScheme: look.scheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && trouble.push(`${look.name} ${page.url()}: ${m.text()}`));
    page.on('pageerror', (e) => trouble.push(`${look.name} ${page.url()}: ${e.message}`));
    for (const [name, screen] of Object.entries(screens(number, posted))) {
      if (only ? !only.includes(name) : look.few && !few.includes(name)) continue;
      await page.goto(base + screen.path);
      await page.locator('.sheet').waitFor();
      if (/^\/inbox\/\w+\/\d/.test(screen.path)) await page.locator('.composer').waitFor();
      await page.waitForTimeout(600);
      await screen.act?.(page);
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) });
      await screen.after?.(page);
      if (screen.after) await page.waitForTimeout(800);
    }
    await context.close();
    if (was !== null) await languageOf(door, was);
  }
} finally {
  await browser.close();
}
for (const t of new Set(trouble)) process.stdout.write(`${t}\n`);
process.stdout.write(`Pictures are in ${folder}\n`);
