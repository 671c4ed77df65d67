import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import nodemailer from 'nodemailer';
import { type DnsServer, dnsServer } from '../dns.ts';
import { freePort, letter } from '../mail.ts';
import { axe } from './axe.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = chromiumPath ? false : 'no Chromium';
const address = 'support@northwind.example';
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
let s: Stage;
let dns: DnsServer;
let port: number;
before(async () => {
  if (skip) return;
  const key = { TXT: [`v=DKIM1; k=rsa; p=${publicKey.replace(/-----[^-]+-----|\s/g, '')}`] };
  dns = await dnsServer({
    's._domainkey.lovelace.example': key,
    '_dmarc.lovelace.example': { TXT: ['v=DMARC1; p=reject'] },
  });
  port = await freePort();
  s = await stage({ SMTP_LISTEN: `127.0.0.1:${port}`, DNS_SERVERS: dns.server });
});
after(async () => {
  await s?.end();
  await dns?.stop();
});

async function give(raw: string): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({ envelope: { from: 'ada@lovelace.example', to: [address] }, raw });
  transport.close();
}
async function signed(raw: string): Promise<string> {
  const key = { signingDomain: 'lovelace.example', selector: 's', privateKey };
  const how = { canonicalization: 'relaxed/relaxed', algorithm: 'rsa-sha256', signTime: new Date() };
  return (await dkimSign(raw, { ...key, ...how, signatureData: [key] })).signatures + raw;
}
const fromAda = (id: string, text: string, ...headers: string[]): string =>
  letter({
    from: 'Ada Lovelace <ada@lovelace.example>',
    to: address,
    subject: 'The lamp flickers',
    id: `${id}@lovelace.example`,
    text,
    headers,
  });

test('a sender is shown as proven or not, while it is looked up and after; a person lets in whom an unproven mail names', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  await page.evaluate(async (to) => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ name: 'Support', address: to, settings: {} }),
    });
  }, address);
  await page.goto(s.base);

  // Nobody answers for a moment: the mail is there all the same, and the badge changes by itself.
  dns.mode = 'silent';
  await give(await signed(fromAda('a1', 'Our new lamp flickers when I dim it.')));
  await page.getByRole('link', { name: /The lamp flickers/ }).click();
  await page.getByRole('button', { name: 'Being checked' }).waitFor();
  dns.mode = 'answer';
  await page.getByRole('button', { name: 'Verified: it comes from lovelace.example' }).waitFor({ timeout: 30_000 });

  const answers = 'In-Reply-To: <a1@lovelace.example>';
  await give(fromAda('a2', 'Please answer my colleague too.', answers, 'Cc: Mallory <mallory@evil.example>'));
  const changed = await signed(fromAda('a3', 'Refund to this account: DE00.', answers));
  await give(changed.replace('DE00', 'DE99'));
  const refuted = page.getByRole('button', { name: /^Not genuine/ });
  await refuted.waitFor();
  await refuted.click();
  await page.getByText(/Somebody else probably wrote this/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(/Not taking part, because the sender is not proven/).waitFor();
  const found = await axe(page, { within: ['article'] });
  assert.deepEqual(
    found.map((one) => one.id),
    [],
  );
  await page.getByRole('button', { name: 'Let this person take part' }).click();
  await page.getByText(/let mallory@evil.example take part/).waitFor();
  await page.getByText(/Not taking part/).waitFor({ state: 'detached' });

  // The inbox's settings propose the host that signs the checks; it is trusted once a person saved it.
  const noted = 'Authentication-Results: mx.northwind.example; dmarc=pass header.from=';
  for (const [n, domain] of [
    'one',
    'two',
    'two',
    'one',
    'one',
    'two',
    'one',
    'two',
    'one',
    'two',
    'one',
    'two',
  ].entries())
    await give(`${noted}${domain}.example\r\n${letter({ from: `c${n}@${domain}.example`, to: address })}`);
  await page.goto(`${s.base}/settings/inboxes`);
  await page.getByRole('link', { name: /support@northwind.example/ }).click();
  await page.getByText(/signs its checks as mx.northwind.example/).waitFor();
  await page.getByRole('button', { name: 'Trust it' }).click();
  assert.equal(await page.getByLabel(/Trusted mail hosts/).inputValue(), 'mx.northwind.example');
  // Nothing answers at this inbox's servers; what is said of its host is kept all the same.
  await page.getByRole('button', { name: 'Save the connection' }).click();
  await page.getByRole('button', { name: 'Save all the same' }).click();
  await page.getByText('Saved').waitFor();
  await give(`${noted}three.example\r\n${letter({ from: 'late@three.example', to: address, subject: 'By the host' })}`);
  await page.goto(s.base);
  await page.getByRole('link', { name: /By the host/ }).click();
  await page.getByRole('button', { name: 'Verified: it comes from three.example' }).waitFor();
  assert.deepEqual(page.troubles, []);
});
