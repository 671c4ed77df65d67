import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { resetLink } from '../../src/team/index.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { bareInbox, letters, workspaceOf } from './letters.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
let page: Page & { troubles: string[] };
before(async () => {
  if (skip) return;
  s = await stage();
  page = await s.page();
  await setUp(page, s.setup);
  await letters(s, await bareInbox(s), { subject: 'Lamp A', text: 'It hums.' });
});
after(async () => {
  if (!skip) await s.end();
});
/** All sessions end, as after a changed password or thirty days. */
const end = (): Promise<number> => s.running.hearten.db.tx(NOWHERE, (t) => t.run(sql`delete from session`));
const back = async (): Promise<void> => {
  await page.getByRole('heading', { name: 'You were signed out' }).waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'You were signed out' }).waitFor({ state: 'hidden' });
};
async function said(): Promise<string[]> {
  const workspaceId = await workspaceOf(s);
  const rows = await s.running.hearten.db.read<{ text: string }>(
    workspaceId,
    sql`select text from message where workspace_id = ${workspaceId} and type = 'out'`,
  );
  return rows.map((row) => row.text);
}

test('C05: what the link of an invitation and of a new password opens with is in no address, no Referer and no history', {
  skip,
  timeout: 60_000,
}, async () => {
  const { csrf } = (await (await page.context().request.get(`${s.base}/api/v1/me`)).json()) as { csrf: string };
  const invited = await page.context().request.post(`${s.base}/api/v1/invitations`, {
    headers: { 'x-csrf-token': csrf },
    data: { email: 'grace@northwind.example', role: 'representative' },
  });
  const links = { join: ((await invited.json()) as { link: string }).link, reset: '' };
  const visitor = await s.page();
  const seen: string[] = [];
  visitor.context().on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  const tokens: string[] = [];
  for (const path of ['join', 'reset'] as const) {
    links.reset ||= path === 'reset' ? (await resetLink(s.running.hearten, 'grace@northwind.example')).link : '';
    const token = /#token=(.+)$/.exec(links[path])?.[1] ?? '';
    assert.ok(token.length > 40);
    tokens.push(token);
    const page = await visitor.goto(`${s.base}/${path}#token=${token}`);
    assert.equal(page?.headers()['referrer-policy'], 'no-referrer');
    await visitor.getByLabel(path === 'join' ? 'Password' : 'New password').fill('a long new password');
    if (path === 'join') await visitor.getByLabel('Name').fill('Grace');
    const held = '[location.href, document.referrer, document.cookie, JSON.stringify(history.state)]';
    seen.push(...(await visitor.evaluate<string[]>(held)));
    await visitor.reload();
    await visitor.getByLabel(path === 'join' ? 'Password' : 'New password').fill('a long new password');
    if (path === 'join') await visitor.getByLabel('Name').fill('Grace');
    await visitor.keyboard.press('Enter');
    if (path === 'join') await visitor.waitForURL(/inbox|home|settings/);
    else await visitor.getByRole('heading', { name: 'Changed' }).waitFor();
    seen.push(...(await visitor.evaluate<string[]>(held)), await visitor.evaluate('JSON.stringify(sessionStorage)'));
    await visitor.goBack();
    seen.push(visitor.url());
  }
  assert.ok(seen.some((one) => one.endsWith('/password-resets/use')) && seen.some((one) => one.endsWith('/accept')));
  assert.deepEqual(
    seen.filter((one) => tokens.some((token) => one.includes(token))),
    [],
  );
  await visitor.context().close();
});

test('a session that ends while one sends is taken up again where one was, and the answer leaves once', {
  skip,
  timeout: 90_000,
}, async () => {
  await page.goto(`${s.base}/inbox/all/1`);
  await page.getByText('It hums.').first().waitFor();
  await page.getByLabel('Reply text').click();
  await page.keyboard.type('Does it hum when it is off?', { delay: 3 });
  await page.evaluate('window.stays = true');
  await end();
  await page.keyboard.press('ControlOrMeta+Enter');
  await back();
  for (let tries = 0; tries < 100 && (await said()).length === 0; tries++) await sleep(100);
  assert.deepEqual(await said(), ['Does it hum when it is off?']);
  assert.equal(await page.evaluate('window.stays'), true, 'nothing was loaded anew');
});

test('a form that is being filled in stands as it was, and what one leaves is gone from the screen', {
  skip,
  timeout: 90_000,
}, async () => {
  await page.goto(`${s.base}/settings/teams`);
  await page.getByRole('button', { name: /team/i }).first().click();
  const name = page.getByRole('dialog').getByRole('textbox').first();
  await name.fill('Lighting');
  await end();
  await page.keyboard.press('Enter');
  await back();
  await page.getByText('Lighting').first().waitFor();

  await end();
  await page.goto(`${s.base}/inbox/all/1`);
  await page.getByRole('heading', { name: 'You were signed out' }).waitFor();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Good to see you' }).waitFor();
  assert.equal(await page.getByText('It hums.').count(), 0);
});
