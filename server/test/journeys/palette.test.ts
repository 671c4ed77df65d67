import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { arrive } from '../../src/channels/email/arrive.ts';
import { letter } from '../mail.ts';
import { chromiumPath, type Stage, setUp, stage, wordsIn } from './browser.ts';
import { violations } from './every-screen.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let page: Page & { troubles: string[] };
let state: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
before(async () => {
  if (skip) return;
  s = await stage();
  page = await s.page();
  await setUp(page, s.setup);
  const { id: inboxId } = await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const made = await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ name: 'Repairs', address: 'support@northwind.example', settings: {} }),
    });
    return (await made.json()) as { id: string };
  });
  const { hearten } = s.running;
  const [workspace] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const workspaceId = workspace?.id as string;
  const accountId = newId();
  await hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`insert into account (id, email) values (${accountId}, 'tomasz@northwind.example')`),
  );
  await hearten.db.tx(workspaceId, (tx) =>
    tx.run(sql`
      insert into person (workspace_id, id, account_id, name, email, role)
      values (${workspaceId}, ${newId()}, ${accountId}, 'Tomasz Ołów', 'tomasz@northwind.example', 'representative')`),
  );
  const mails = ['Label comes out blank', 'Lamp hums when dimmed', 'Glass arrived broken'].map((subject, n) =>
    Buffer.from(
      letter({
        from: `Claire Dubois <c${n}@atelier.example>`,
        to: 'support@northwind.example',
        subject,
        id: `p${n}@atelier.example`,
        text: `About it: ${subject}.`,
      }),
    ),
  );
  await arrive(
    hearten,
    workspaceId,
    mails.map((bytes) => ({
      id: newId(),
      inboxId,
      source: 'http',
      bytes,
      size: bytes.length,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    })),
  );
  state = await page.context().storageState();
});
after(async () => {
  if (!skip) await s.end();
});

const palette = (of: Page) => of.getByRole('dialog', { name: 'Do or find anything' });
const ask = async (of: Page, words: string, expected: RegExp): Promise<void> => {
  await of.keyboard.press('ControlOrMeta+k');
  await palette(of).waitFor();
  await of.keyboard.type(words);
  await of.getByRole('option', { name: expected, selected: true }).waitFor();
  await of.keyboard.press('Enter');
  await palette(of).waitFor({ state: 'detached' });
};

test('assigning, snoozing, resolving and going elsewhere need nothing but the palette', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /Label comes out blank/ }).click();
  await page.getByText('About it: Label comes out blank.').first().waitFor();
  // From inside a field too, and the field has the focus again afterwards.
  await page.keyboard.press('n');
  const text = page.getByLabel('Note text, only your team sees it');
  await text.pressSequentially('For Tomasz');
  await page.keyboard.press('ControlOrMeta+k');
  await palette(page).waitFor();
  await page.keyboard.press('Escape');
  await palette(page).waitFor({ state: 'detached' });
  assert.equal(await text.evaluate((e) => e === e.ownerDocument.activeElement), true);
  assert.equal(await wordsIn(text), 'For Tomasz');

  await ask(page, 'tomasz', /Assign to Tomasz/);
  await page.getByRole('button', { name: /Assigned to Tomasz/ }).waitFor();
  await ask(page, 'snooze tom', /Snooze: tomorrow/);
  await page
    .getByText(/Snoozed until/)
    .first()
    .waitFor();
  await ask(page, 'glass', /Glass arrived broken/);
  await page.getByText('About it: Glass arrived broken.').first().waitFor();
  await ask(page, 'reso', /^Resolve/);
  await page.getByText(/Resolved · #/).waitFor();
  await ask(page, 'dkim', /^Domains/);
  await page.waitForURL(/settings\/domains/);
  await ask(page, 'repairs', /^Repairs/);
  await page.waitForURL(/inbox\/open\?inbox=/);
  assert.deepEqual(page.troubles, []);
});

test('in the list, keys ask for the row under the cursor', { skip, timeout: 60_000 }, async () => {
  const own = await s.page({ storageState: state, viewport: { width: 800, height: 900 } });
  await own.goto(`${s.base}/inbox/open`);
  await own.getByRole('link', { name: /Lamp hums/ }).waitFor();
  await own.keyboard.press('j');
  await own.keyboard.press('t');
  await own.getByRole('combobox', { name: 'Which tag?' }).waitFor();
  await own.keyboard.type('hum');
  await own.keyboard.press('Enter');
  await own.keyboard.press('a');
  await own.getByRole('combobox', { name: 'Assign to whom?' }).waitFor();
  await own.keyboard.type('olow');
  await own.getByRole('option', { name: /Tomasz/, selected: true }).waitFor();
  await own.keyboard.press('Enter');
  await own.getByText(/Tomasz Ołów has #/).waitFor();
  assert.deepEqual(own.troubles, []);
  await own.close();
});

test('a key that was changed acts at once, in the other tab too, and comes back by undo', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/settings/keyboard`);
  const other = await page.context().newPage();
  await other.goto(`${s.base}/inbox/all`);
  await other.getByRole('link', { name: /Lamp hums/ }).waitFor();

  await page.getByRole('button', { name: 'Change the key of Write to someone', exact: true }).click();
  await page.keyboard.press('e');
  await page
    .getByRole('alert')
    .getByText(/E is in use: “Resolve”/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change the key of Write to someone', exact: true }).click();
  await page.keyboard.press('q');
  await page.getByText('Write to someone: Q', { exact: true }).waitFor();
  await other.bringToFront();
  // It arrives over the live line; pressed until it does.
  for (let n = 0; n < 40 && !(await other.getByRole('dialog').count()); n++) {
    await other.keyboard.press('q');
    await other.waitForTimeout(100);
  }
  await other.getByRole('dialog').waitFor();
  await other.keyboard.press('Escape');
  await other.getByRole('dialog').waitFor({ state: 'detached' });
  await other.keyboard.press('c');
  assert.equal(await other.getByRole('dialog').count(), 0, 'the former key is free');
  await other
    .getByRole('button', { name: 'Write to someone' })
    .and(other.locator('[title="Write to someone (Q)"]'))
    .waitFor();

  await page.bringToFront();
  const keeping = () => page.waitForResponse((r) => r.request().method() === 'PATCH' && r.url().endsWith('/me'));
  const undone = keeping();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Reset: Write to someone' }).waitFor({ state: 'detached' });
  await undone;
  const kept = keeping();
  await page.getByRole('checkbox', { name: /Single keys/ }).click();
  await kept;
  await page.goto(`${s.base}/inbox/all`);
  await page.getByRole('link', { name: /Lamp hums/ }).waitFor();
  await page.keyboard.press('c');
  await page.keyboard.press('?');
  assert.equal(await page.getByRole('dialog').count(), 0, 'off means off');
  await ask(page, 'keyboard', /^Keyboard/);
  await page.waitForURL(/settings\/keyboard/);
  await page.getByRole('checkbox', { name: /Single keys/ }).click();
  assert.deepEqual(page.troubles, []);
  await other.close();
});

test('Polish letters typed with AltGr or Option are letters, and no action', { skip, timeout: 60_000 }, async () => {
  await page.goto(`${s.base}/inbox/all`);
  await page.getByRole('link', { name: /Lamp hums/ }).click();
  await page.getByText('About it: Lamp hums').first().waitFor();
  await page.keyboard.press('r');
  const text = page.getByLabel('Reply text');
  await text.waitFor();
  const keys = await page.context().newCDPSession(page);
  const where = page.url();
  await page.evaluate(
    "addEventListener('keydown', (e) => e.defaultPrevented && document.body.setAttribute('data-taken', e.key))",
  );
  // Windows says Ctrl and Alt for AltGr, a Mac says Alt for Option.
  for (const modifiers of [3, 1])
    for (const [key, code] of [
      ['ą', 'KeyA'],
      ['ę', 'KeyE'],
      ['ś', 'KeyS'],
      ['ó', 'KeyO'],
      ['@', 'KeyQ'],
    ] as const) {
      // A Linux browser writes nothing by itself with these modifiers; the letter follows unless the key was taken.
      await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code, modifiers });
      await keys.send('Input.insertText', { text: key });
      await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, modifiers });
    }
  assert.equal((await wordsIn(text)).replaceAll(' ', ''), 'ąęśó@ąęśó@');
  await page.keyboard.press('Escape');
  for (const modifiers of [3, 1])
    for (const [key, code] of [
      ['ę', 'KeyE'],
      ['ś', 'KeyS'],
      ['ą', 'KeyA'],
    ] as const)
      await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code, modifiers });
  assert.equal(page.url(), where);
  assert.equal(await page.getByRole('dialog').or(page.getByRole('menu')).count(), 0);
  assert.equal(await page.locator('body').getAttribute('data-taken'), null, 'no such key was taken from the text');
  await text.fill('');
});

for (const [where, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 } }],
  ['narrow', { viewport: { width: 320, height: 700 } }],
] as const)
  test(`palette, sheet and settings of keys are free of what axe finds: ${where}`, {
    skip,
    timeout: 90_000,
  }, async () => {
    const own = await s.page({ ...options, storageState: state });
    const look = async (what: string) =>
      assert.deepEqual(
        (await violations(own)).map((one) => `${what}: ${one}`),
        [],
      );
    await own.goto(`${s.base}/inbox/all/2`);
    await own
      .getByText(/About it/)
      .first()
      .waitFor();
    await own.keyboard.press('ControlOrMeta+k');
    await palette(own).waitFor();
    await look('palette');
    await own.keyboard.type('lam');
    await own.getByRole('option', { name: /Lamp hums/ }).waitFor();
    await look('palette with words');
    await own.keyboard.press('ControlOrMeta+a');
    await own.keyboard.type('xyzzy');
    await own.getByText('Nothing by that name').waitFor();
    await look('palette with nothing');
    await own.keyboard.press('Escape');
    await own.keyboard.press('?');
    await own.getByRole('dialog', { name: 'Keys' }).waitFor();
    await own.getByRole('searchbox', { name: 'Find a key' }).fill('snoo');
    await own.waitForTimeout(300);
    await look('sheet');
    await own.goto(`${s.base}/settings/keyboard`);
    await own.getByRole('heading', { name: 'Keyboard' }).waitFor();
    await look('settings');
    assert.deepEqual(own.troubles, []);
    await own.close();
  });
