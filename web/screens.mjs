// Takes a picture of every screen: by day, in the evening, on a phone, in Arabic; a few also at other widths and contrasts.
// BASE_URL=http://localhost:3000 EMAIL=… PASSWORD=… node web/screens.mjs [folder] [only=inbox,thread] [looks=light,phone]
// Some mails that are hard to show are posted to its first inbox: take the pictures of a desk for trying out.
// A seeded workspace (hearten seed) makes them worth looking at. CHROMIUM names a browser; else the usual places are tried.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { answerChat, endChat, lastChat, openChannels, takeChat } from './screens-chat.mjs';
import { asMailProgram, surveyMail } from './screens-letter.mjs';
import { postMails } from './screens-mails.mjs';
import { openProblems } from './screens-problems.mjs';

const base = process.env.BASE_URL ?? 'http://localhost:3000';
const { EMAIL: email, PASSWORD: password } = process.env;
if (!email || !password) {
  process.stderr.write('Say who signs in: EMAIL=… PASSWORD=… node web/screens.mjs\n');
  process.exit(64);
}
const given = process.argv.slice(2);
const chosen = (name) =>
  given
    .find((a) => a.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(',');
const only = chosen('only');
const wanted = chosen('looks');
const folder = given.find((a) => !/^(only|looks)=/.test(a)) ?? join(import.meta.dirname, '../docs/screens');
mkdirSync(folder, { recursive: true });
const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

const ask = (page, method, path, body) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const me = await (await fetch('/api/v1/me')).json();
      const headers = { 'x-csrf-token': me.csrf, ...(body ? { 'content-type': 'application/json' } : {}) };
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    { method, path, body },
  );

/** What the addresses of screens are filled with: things of this desk. */
const things = async (page, posted, channels) => {
  const list = await ask(page, 'GET', '/conversations?view=open&limit=50');
  // The one with most to see, unless one is named.
  const byWeight = list.items.toSorted((a, b) => b.messageCount - a.messageCount);
  const row = list.items.find((one) => String(one.number) === process.env.NUMBER) ?? byWeight[0];
  const { customer } = await ask(page, 'GET', `/conversations/${row.id}`);
  const first = async (path) => (await ask(page, 'GET', path)).items[0]?.id;
  return {
    number: row.number,
    customer: customer.id,
    company: await first('/companies?limit=1'),
    inbox: await first('/inboxes'),
    snippet: await first('/snippets'),
    macro: await first('/macros'),
    survey: await first('/surveys'),
    cluster: await first('/clusters'),
    posted,
    channels,
  };
};

const press = (keys) => async (page) => {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
};
const openChat = async (page) => {
  await page.goto(`${base}/inbox/all/${(await lastChat(page, ask)).number}`);
  await page.locator('.thread').waitFor();
  await page.waitForTimeout(700);
};
const inChat = (keys) => async (page) => {
  await openChat(page);
  await press(keys)(page);
  await page.waitForTimeout(600);
};
const toNaming = async (page) => {
  await page.locator('.inboxkind button').last().click();
  await page.getByRole('dialog').waitFor();
};
const into = (what) => (page) =>
  page
    .locator(what)
    .first()
    .evaluate((at) => at.scrollIntoView({ block: 'start' }));
const toFound = into('#found');
/** On a phone the chips stand in one row that is moved by hand. */
const toEnd = (page) =>
  page
    .locator('.end-words')
    .first()
    .evaluate((at) => at.previousElementSibling.scrollIntoView({ inline: 'start', block: 'nearest' }));
const toModel = into('#language-model');
const toGreetings = (page) =>
  page
    .locator('.greetline')
    .first()
    .evaluate((line) => line.scrollIntoView({ block: 'center' }));
/** Every screen: its address, and what is done before the picture. Nothing is found by its words: they differ by language. */
const screens = ({ number, customer, company, inbox, snippet, macro, survey, cluster, posted, channels }) => ({
  inbox: { path: '/inbox/open' },
  thread: { path: `/inbox/open/${number}` },
  reply: {
    path: `/inbox/open/${number}`,
    act: async (page) => {
      await page.keyboard.press('r');
      await page.waitForTimeout(600);
      await page.keyboard.type('Three tries are two too many. A new label is on its way to you.');
    },
    after: press('ControlOrMeta+a Backspace'),
  },
  note: {
    path: `/inbox/open/${number}`,
    act: async (page) => {
      await page.keyboard.press('n');
      await page.waitForTimeout(600);
      await page.keyboard.type('She has waited long enough. Let us send the lamp today.');
    },
    after: press('ControlOrMeta+a Backspace'),
  },
  slash: {
    path: `/inbox/open/${number}`,
    act: async (page) => {
      await page.keyboard.press('r');
      await page.waitForTimeout(900);
      await page.keyboard.type('/');
      await page.waitForTimeout(500);
    },
    after: press('Escape ControlOrMeta+a Backspace'),
  },
  'hard-mail': {
    path: `/inbox/all/${posted['hard-mail']}`,
    act: (page) =>
      page.locator('.thread').evaluate((thread) => {
        thread.scrollTop = 0;
      }),
  },
  invitation: { path: `/inbox/all/${posted.invitation}` },
  encrypted: { path: `/inbox/all/${posted.encrypted}` },
  bounce: { path: `/inbox/all/${posted.bounce}` },
  print: { path: `/print/${number}`, bare: true },
  assign: { path: `/inbox/open/${number}`, act: press('a') },
  snooze: { path: `/inbox/open/${number}`, act: press('s') },
  macros: { path: `/inbox/open/${number}`, act: press('m') },
  merge: { path: `/inbox/open/${number}`, act: press('l m') },
  keys: { path: '/inbox/open', act: press('?') },
  palette: { path: `/inbox/open/${number}`, act: press('ControlOrMeta+k') },
  bulk: {
    path: '/inbox/all',
    act: async (page) => {
      await page.locator('.rowi').first().focus();
      await page.keyboard.press('x');
      for (let n = 0; n < 3; n++) await page.keyboard.press('Shift+ArrowDown');
    },
  },
  spamfolder: { path: '/inbox/spam', act: (page) => page.locator('.rowi').first().click() },
  search: {
    path: '/search',
    act: async (page) => {
      await page
        .getByRole('searchbox')
        .first()
        .fill(process.env.WORDS ?? 'order');
      await page.waitForTimeout(900);
    },
  },
  'search-empty': { path: '/search' },
  customers: { path: '/customers' },
  customer: { path: `/customers/${customer}` },
  company: { path: `/companies/${company}` },
  'merge-customers': { path: `/customers/${customer}`, act: press('l c') },
  home: { path: '/home' },
  'home-conversations': { path: '/home/conversations?state=answered' },
  surveys: { path: '/surveys' },
  ...(survey ? { survey: { path: `/surveys/${survey}` } } : {}),
  praise: { path: '/praise' },
  ...(cluster ? { cluster: { path: `/problems/found/${cluster}` } } : {}),
  problems: { path: '/problems' },
  problem: { path: `/problems/${channels.problem}` },
  mailing: { path: `/problems/${channels.problem}/tell/fixed` },
  filing: { path: `/inbox/open/${channels.suggested}`, act: press('Shift+D') },
  suggested: { path: `/inbox/open/${channels.suggested}` },
  mood: { path: `/inbox/resolved/${channels.felt}`, act: toEnd },
  wishes: { path: '/problems/wishes' },
  audit: { path: '/problems/audit' },
  audited: { path: '/problems/audited' },
  unfiled: { path: '/problems/unfiled' },
  found: { path: '/problems', act: toFound },
  person: { path: `/home/people/${channels.me}` },
  notifications: { path: '/notifications' },
  quarantine: { path: '/quarantine' },
  kit: { path: '/kit', bare: true },
  reference: { path: '/docs/api', bare: true },
  'settings-you': { path: '/settings/you' },
  'settings-appearance': { path: '/settings/appearance' },
  'settings-keyboard': { path: '/settings/keyboard' },
  'settings-notifications': { path: '/settings/notifications' },
  'settings-workspace': { path: '/settings/workspace' },
  'settings-brand': { path: '/settings/brand' },
  'settings-mood': { path: '/settings/mood' },
  'settings-model': { path: '/settings/mood', act: toModel },
  'settings-trackers': { path: '/settings/trackers' },
  'settings-sample': { path: '/settings/sample' },
  welcome: { path: '/welcome', bare: true },
  'settings-inboxes': { path: '/settings/inboxes' },
  'settings-inbox': { path: `/settings/inboxes/${inbox}` },
  'settings-connect': { path: '/settings/inboxes/new' },
  'settings-sign-in': { path: '/settings/sign-in' },
  'settings-domains': { path: '/settings/domains' },
  'settings-people': { path: '/settings/people' },
  'settings-teams': { path: '/settings/teams' },
  'settings-fields': { path: '/settings/fields' },
  'settings-snippets': { path: '/settings/snippets' },
  'settings-snippet': { path: `/settings/snippets/${snippet}` },
  'settings-macros': { path: '/settings/macros' },
  'settings-macro': { path: `/settings/macros/${macro}` },
  'settings-mails': { path: '/settings/mails' },
  'settings-spam': { path: '/settings/spam' },
  'settings-keys': { path: '/settings/keys' },
  'settings-storage': { path: '/settings/storage' },
  'settings-security': { path: '/settings/security' },
  'settings-access': { path: '/settings/access' },
  'settings-privacy': { path: '/settings/privacy' },
  'settings-audit': { path: '/settings/audit' },
  'settings-webhooks': { path: '/settings/webhooks' },
  'settings-hours': { path: '/settings/hours' },
  'settings-week': { path: `/settings/hours/${channels.hours}` },
  'settings-forms': { path: '/settings/forms' },
  'settings-form': { path: `/settings/forms/${channels.form}` },
  'chat-new': { path: '/settings/inboxes', act: toNaming },
  'settings-chat': { path: `/settings/chats/${channels.chat}` },
  form: { path: `/form/${channels.form}`, bare: true },
  'chat-team': { path: '/inbox/all', act: openChat },
  'hand-over': { path: '/inbox/all', act: inChat('Shift+V') },
  abuse: { path: '/inbox/all', act: inChat('l b') },
  greetings: { path: `/settings/chats/${channels.chat}`, act: toGreetings },
});
// Without signing in. FELT is what a link in a resolving answer leads to (/felt/…): nothing here can make one.
const outside = { 'sign-in': '/sign-in', ...(process.env.FELT ? { felt: process.env.FELT } : {}) };
const few = ['inbox', 'thread'];
const looks = [
  { name: 'light', width: 1440, height: 900 },
  { name: 'dark', width: 1440, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844 },
  { name: 'arabic', width: 1440, height: 900, language: 'ar' },
  { name: 'arabic-phone', width: 390, height: 844, language: 'ar', few },
  { name: 'contrast', width: 1440, height: 900, contrast: 'more', few },
  { name: 'middle', width: 1024, height: 768, few },
  { name: 'narrow', width: 768, height: 1024, few },
];

const browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
const trouble = [];
const desk = await (await browser.newContext()).newPage();
/** A tenth of the bytes of a PNG, and no difference one sees. */
const save = async (page, name) => {
  const png = (await page.screenshot()).toString('base64');
  const webp = await desk.evaluate(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const bytes = new Uint8Array(
      await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 })).arrayBuffer(),
    );
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, png);
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(webp, 'base64'));
};
const shown = (look) => !wanted || wanted.includes(look.name);
const contextOf = (look, more = {}) =>
  browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme ?? 'light',
    contrast: look.contrast ?? 'no-preference',
    locale: look.language ?? 'en',
    reducedMotion: 'reduce',
    ...more,
  });
try {
  const gate = await contextOf(looks[0]);
  const door = await gate.newPage();
  await door.goto(`${base}/sign-in`);
  await door.locator('input[type=email]').fill(email);
  await door.locator('input[type=password]').fill(password);
  await door.locator('button[type=submit]').click();
  await door.locator('.rail').waitFor();
  const posted = await postMails(door, base);
  const channels = { ...(await openChannels(door, ask)), ...(await openProblems(door, ask)) };
  const all = screens(await things(door, posted, channels));
  const phone = looks.find(({ name }) => name === 'phone');
  if (shown(phone) && (!only || only.includes('survey-mail'))) {
    const letter = await (await contextOf(phone)).newPage();
    await letter.setContent(asMailProgram(await surveyMail(door, base, ask)));
    await letter.waitForTimeout(300);
    await save(letter, 'survey-mail-phone');
  }
  const state = await gate.storageState();
  const language = (await ask(door, 'GET', '/me')).person.language;
  for (const look of looks.filter(shown)) {
    await ask(door, 'PATCH', '/me', { language: look.language ?? 'en' });
    for (const [name, path] of Object.entries(outside)) {
      if (look.few || (only && !only.includes(name))) continue;
      const visitor = await contextOf(look);
      const page = await visitor.newPage();
      await page.goto(base + path);
      await page.locator('input').first().waitFor();
      await save(page, `${name}-${look.name}`);
      await visitor.close();
    }
    const chats = ['chat-bubble', 'chat-home', 'chat', 'chat-end', 'chat-closed'].filter(
      (name) => !only || only.includes(name),
    );
    if (!look.few && chats.length)
      try {
        const answer = answerChat(door, ask);
        const end = endChat(door, ask);
        const is = (name) => chats.includes(name);
        await takeChat({ base, ids: channels, look, contextOf, save, answer, end, shown: is });
      } catch (error) {
        trouble.push(`${look.name} chat: ${String(error).split('\n')[0]}`);
      }
    const context = await contextOf(look, { storageState: state });
    // What is kept from look to look is the language of the page.
    await context.addInitScript((to) => localStorage.setItem('hearten.language', to), look.language ?? 'en');
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && trouble.push(`${look.name} ${page.url()}: ${m.text()}`));
    page.on('pageerror', (e) => trouble.push(`${look.name} ${page.url()}: ${e.message}`));
    for (const [name, screen] of Object.entries(all)) {
      if (only ? !only.includes(name) : look.few && !look.few.includes(name)) continue;
      try {
        await page.goto(base + screen.path);
        if (!screen.bare) await page.locator('.sheet').first().waitFor();
        if (/^\/inbox\/\w+\/\d/.test(screen.path)) await page.locator('.thread').waitFor();
        await page.waitForLoadState('networkidle');
        await page.waitForTimeout(700);
        await screen.act?.(page);
        await page.waitForTimeout(500);
        await save(page, `${name}-${look.name}`);
        await screen.after?.(page);
        if (screen.after) await page.waitForTimeout(1200);
      } catch (error) {
        trouble.push(`${look.name} ${name}: ${String(error).split('\n')[0]}`);
      }
    }
    await context.close();
  }
  await ask(door, 'PATCH', '/me', { language });
} finally {
  await browser.close();
}
for (const t of new Set(trouble)) process.stdout.write(`${t}\n`);
process.stdout.write(`Pictures are in ${folder}\n`);
process.exit(trouble.some((t) => /Error:/.test(t)) ? 1 : 0);
