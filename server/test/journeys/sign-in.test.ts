import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dovecot, dovecot, freePort, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { type OAuthServer, oauthServer } from '../oauth.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

let oauth: OAuthServer;
let server: Dovecot;
let sink: Sink;
let system: Sink;
let s: Stage;
const skip = !(chromiumPath && hasDovecot) && 'no Chromium or no dovecot is installed here';

before(async () => {
  if (skip) return;
  oauth = await oauthServer();
  server = await dovecot({ introspect: `${oauth.url}/introspect` });
  sink = await smtpSink({ token: (user, token) => oauth.isGood(token, user) });
  system = await smtpSink();
  const port = await freePort();
  s = await stage({
    PORT: String(port),
    GOOGLE_LOGIN_URL: oauth.url,
    GOOGLE_MAIL_SERVERS: `imap://127.0.0.1:${server.port} smtp://127.0.0.1:${sink.port}`,
    OUTBOUND_ALLOW: '127.0.0.1/32',
    SYSTEM_SMTP: `smtp://127.0.0.1:${system.port}`,
    SYSTEM_FROM: 'desk@northwind.example',
  });
  oauth.client.redirects = [`http://localhost:${port}/oauth/callback`];
  // The next token is asked for ten minutes before the end: here, six seconds after the sign-in.
  oauth.lives = 606;
});
after(async () => {
  await s?.end();
  await Promise.all([server?.stop(), sink?.stop(), system?.stop(), oauth?.stop()]);
});

test('A mailbox at Google is connected with a button, says so when the permission is gone, and is mended with a button', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);

  await page.goto(`${s.base}/settings/sign-in`);
  const google = page.getByRole('region', { name: 'Google' });
  assert.equal(await google.getByLabel('Redirect URI for Google').inputValue(), oauth.client.redirects[0]);
  await google.getByLabel('Client ID').fill(oauth.client.id);
  await google.getByLabel('Client secret').fill(oauth.client.secret);
  await google.getByRole('button', { name: 'Save' }).click();
  await google.getByText('Ready').waitFor();

  await page.goto(`${s.base}/settings/inboxes/new`);
  await page.getByLabel('Address customers write to').fill('support@northwind.example');
  await page.getByRole('button', { name: 'Sign in with Google' }).click();
  assert.equal(await page.getByLabel('Account').inputValue(), 'support@northwind.example');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Signed in at Google' }).waitFor();
  await page.getByLabel('Name customers see').fill('Northwind');
  await page.getByRole('radio', { name: 'Everything' }).check();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Working').waitFor();
  await server.append('support@northwind.example', [letter({ subject: 'Through Google' })]);
  await page.goto(`${s.base}/inbox/open`);
  await page.getByText('Through Google').first().waitFor();

  oauth.revoke('support@northwind.example');
  const banner = page.getByText('Google no longer lets Hearten into the mailbox');
  await banner.first().waitFor({ timeout: 30_000 });
  await system.until(1);
  assert.deepEqual(system.ledger[0]?.to, ['ana@northwind.example']);
  assert.match(system.ledger[0]?.raw ?? '', /support@northwind\.example needs you/);
  await page.goto(`${s.base}/notifications`);
  await page.getByText('In trouble: support@northwind.example').click();
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await page.getByLabel('Account').fill('support@northwind.example');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.locator('main').getByText('Working').waitFor();
  await server.append('support@northwind.example', [letter({ subject: 'And on it goes' })]);
  await page.goto(`${s.base}/inbox/open`);
  await page.getByText('And on it goes').first().waitFor();
  await banner.first().waitFor({ state: 'detached' });
  assert.deepEqual(page.troubles, []);
});
