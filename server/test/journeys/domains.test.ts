import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type DnsServer, dnsServer } from '../dns.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

let dns: DnsServer;
let s: Stage;
const skip = !chromiumPath && 'no Chromium is installed here';

before(async () => {
  if (skip) return;
  dns = await dnsServer({
    'northwind.example': { MX: ['10 mail.northwind.example'] },
    'mail.northwind.example': { A: ['192.0.2.25'] },
  });
  s = await stage({ DNS_SERVERS: dns.server });
});
after(async () => {
  await s?.end();
  await dns?.stop();
});

test('The page of a domain says what is wrong in its DNS, gives the lines, and sees them when they are there', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const settings = { smtp: { host: 'mail.northwind.example', port: 587, security: 'starttls' } };
    await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ name: 'Support', address: 'support@northwind.example', settings, untested: true }),
    });
  });
  await page.goto(`${s.base}/settings`);
  await page.getByRole('link', { name: 'Domains' }).click();
  const domain = page.getByRole('region', { name: 'northwind.example', exact: true });
  const spf = domain.getByRole('region', { name: 'SPF' });
  await spf.getByText('Missing').waitFor();
  const line = await spf.getByLabel('Value of the TXT record').inputValue();
  assert.equal(line, 'v=spf1 a:mail.northwind.example ~all');
  dns.zone['northwind.example'] = { ...dns.zone['northwind.example'], TXT: [line] };
  dns.zone['_dmarc.northwind.example'] = {
    TXT: [await domain.getByRole('region', { name: 'DMARC' }).getByLabel('Value of the TXT record').inputValue()],
  };
  await domain.getByRole('button', { name: 'Check again' }).click();
  await spf.getByText('In order').waitFor();
  await domain.getByRole('region', { name: 'DMARC' }).getByText('Can be better').waitFor();

  await domain.getByRole('button', { name: 'Sign what leaves' }).click();
  const dkim = domain.getByRole('region', { name: 'DKIM' });
  const name = await dkim.getByLabel('Name of the TXT record').inputValue();
  dns.zone[name] = { TXT: [await dkim.getByLabel('Value of the TXT record').inputValue()] };
  await domain.getByRole('button', { name: 'Check again' }).click();
  await dkim.getByText('What leaves is signed').waitFor();
  await domain.getByRole('button', { name: 'Change to a new key' }).waitFor();
  assert.deepEqual(page.troubles, []);
});
