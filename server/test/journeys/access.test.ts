import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import type { CDPSession, Page } from 'playwright-core';
import { freePort } from '../mail.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask } from './every-screen.ts';

let s: Stage;
let server: Server;
let issuer: string;
const skip = !chromiumPath && 'no Chromium is installed here';
const people: Record<string, Record<string, unknown>> = {
  ana: { email: 'ana@northwind.example', email_verified: true, name: 'Ana Novak' },
  ben: { email: 'ben@northwind.example', email_verified: true, name: 'Ben Okafor', groups: ['support-leads'] },
  nova: { email: 'a.novak@elsewhere.example', email_verified: true, name: 'Ana N.' },
  eve: { email: 'ana@northwind.example', email_verified: false, name: 'Eve' },
};

/** A real provider, with its own pages to sign in at. */
async function provider(redirects: () => string[]): Promise<void> {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  const found = new Provider(issuer, {
    clients: [
      {
        client_id: 'hearten',
        client_secret: 'a secret of the client',
        redirect_uris: ['https://unused.example/back'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  // The redirect URI is known only once the provider was added: here it is what the screen shows.
  found.Client.prototype.redirectUriAllowed = (uri) => redirects().includes(uri);
  server = createServer(found.callback());
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  assert.ok((server.address() as AddressInfo).port === port);
}
const redirects: string[] = [];

before(async () => {
  if (skip) return;
  await provider(() => redirects);
  s = await stage({ PORT: String(await freePort()), OUTBOUND_ALLOW: '127.0.0.1/32' });
});
after(async () => {
  await s?.end();
  server?.close();
});

/** A device with a finger that always fits. */
async function device(page: Page): Promise<{ cdp: CDPSession; id: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}
const signOut = (page: Page) => ask(page, 'POST', '/sign-out');

test('A passkey is added with a press, signs in without a word typed, and proves who sits there', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { cdp, id } = await device(page);
  await page.goto(`${s.base}/settings/security`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Passkey added').waitFor();
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: id });
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0]?.rpId, 'localhost');
  await page.getByRole('button', { name: /^Rename / }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Work laptop').waitFor();

  assert.deepEqual(page.troubles, []);
  await signOut(page);
  // This finger fits at once: the field's own offer would be taken before anyone can press the button.
  await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  await page.goto(`${s.base}/sign-in`);
  // The page that was open heard of it in its own way.
  page.troubles.length = 0;
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  await page.goto(`${s.base}/settings/security`);
  await page
    .getByText(/by passkey/)
    .first()
    .waitFor();
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('The company’s sign-in: linked to an account by its password once, in by a button from then on, and new people with the role their group says', {
  skip,
}, async () => {
  const page = await s.page();
  await page.goto(`${s.base}/sign-in`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  await page.goto(`${s.base}/settings/access`);
  await page.getByRole('button', { name: 'Add your company’s sign-in' }).click();
  await page.getByLabel('Name on the button').fill('Northwind');
  await page.getByLabel('Issuer').fill(issuer);
  await page.getByLabel('Client ID').fill('hearten');
  await page.getByLabel('Client secret').fill('a secret of the client');
  await page.getByLabel('Domains of your addresses').fill('northwind.example');
  await page.getByLabel(/^Who is new here/).check();
  await page.getByLabel('Claim with the role').fill('groups');
  await page.getByLabel('Which value means which role').fill('support-leads = lead');
  await page.getByRole('button', { name: 'Save' }).last().click();
  redirects.push(await page.getByLabel('Redirect URI').inputValue());
  await signOut(page);

  const through = async (who: string): Promise<void> => {
    await page.context().clearCookies();
    await page.goto(`${s.base}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with Northwind' }).click();
    await page.getByPlaceholder('Enter any login').fill(who);
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };
  await through('ana');
  await page.getByRole('heading', { name: 'Is this account yours?' }).waitFor();
  await page.getByLabel('Password').fill('not it at all');
  await page.getByRole('button', { name: 'Link and sign in' }).click();
  await page.getByText('The e-mail address or the password is not right.').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Link and sign in' }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  await through('ana');
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  const sessions = await ask<{ items: { how: string; current: boolean }[] }>(page, 'GET', '/me/sessions');
  assert.equal(sessions.items.find((one) => one.current)?.how, 'company');

  // By password Ana unlinks it, and links another that she has there: no address has to be the same.
  await page.context().clearCookies();
  await page.goto(`${s.base}/sign-in`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  await page.goto(`${s.base}/settings/security`);
  await page.getByText(/^linked since/).waitFor();
  await page.getByRole('button', { name: 'Unlink' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('not linked to you').waitFor();
  const left = await ask<{ items: { how: string }[] }>(page, 'GET', '/me/sessions');
  assert.equal(
    left.items.some(({ how }) => how === 'company'),
    false,
    'what it had opened is over',
  );
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await page.getByPlaceholder('Enter any login').fill('nova');
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText(/^linked since/).waitFor();
  await through('nova');
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  const nova = await ask<{ person: { email: string } }>(page, 'GET', '/me');
  assert.equal(nova.person.email, 'ana@northwind.example');
  // Come by it, nobody links or unlinks: it vouches for this workspace, not for the account.
  await assert.rejects(ask(page, 'DELETE', `/me/company-sign-ins/${redirects[0]?.split('/').at(-1)}`), /403/);
  const log = await ask<{ items: { what: string }[] }>(page, 'GET', '/audit?area=sign-in&what=company');
  assert.deepEqual(
    log.items.map(({ what }) => what),
    ['company.linked', 'company.unlinked', 'company.linked'],
  );

  await through('ben');
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  const ben = await ask<{ person: { role: string; email: string }; workspaces: unknown[] }>(page, 'GET', '/me');
  assert.deepEqual([ben.person.email, ben.person.role], ['ben@northwind.example', 'lead']);
  // What vouches for this workspace changes nothing of the account.
  await assert.rejects(ask(page, 'POST', '/me/totp'), /403/);

  // Somebody else's subject with an address that nobody verified is nobody here.
  await through('eve');
  await page.getByText(/gives no verified e-mail address/).waitFor();

  // Only this way in: the password of a person opens nothing any more, an owner's still does.
  const { url } = await (async () => {
    await through('nova');
    await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
    await ask(page, 'PUT', '/workspace/sign-in', { onlyCompany: true });
    return ask<{ url?: string }>(page, 'POST', '/sign-out');
  })();
  assert.match(url ?? '', /session\/end\?.*id_token_hint=/);
  await page.goto(`${s.base}/sign-in`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  await page.context().close();
});

test('An answer of the provider that is not for this tab, or comes twice, or leads elsewhere, signs nobody in', {
  skip,
}, async () => {
  const page = await s.page();
  await page.goto(`${s.base}/sign-in/company/${redirects[0]?.split('/').at(-1)}?code=stolen&state=x`);
  await page.getByText(/began in another tab/).waitFor();
  assert.ok(!page.url().includes('code='));
  await page.goto(`${s.base}/sign-in?to=//evil.example`);
  await page.getByRole('button', { name: 'Sign in with Northwind' }).click();
  await page.getByPlaceholder('Enter any login').fill('ben');
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(({ pathname }) => /^\/(inbox|welcome)/.test(pathname));
  assert.equal(new URL(page.url()).origin, new URL(s.base).origin);
  await page.context().close();
});
