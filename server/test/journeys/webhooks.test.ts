import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook as Standard } from 'standardwebhooks';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { hash } from '../../src/base/seal.ts';
import { receive } from '../../src/conversations/index.ts';
import { type Receiver, receiver } from '../receiver.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask } from './every-screen.ts';

const skip = !chromiumPath && 'no Chromium was found';
let s: Stage;
let to: Receiver;
before(async () => {
  if (skip) return;
  to = await receiver();
  s = await stage({ OUTBOUND_ALLOW: '127.0.0.1' });
});
after(async () => {
  if (skip) return;
  await s.end();
  await to.stop();
});

test('A webhook is found by another word, made, tried, chosen for, and what failed is seen and sent again', {
  skip,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Do or find anything' });
  await palette.getByRole('combobox').fill('callback');
  await palette.getByRole('option', { name: /Webhooks/ }).click();
  await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByLabel('Address').fill(`${to.url}/in`);
  await page.getByLabel('What it is for').fill('Order system');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Order system' }).waitFor();

  // A test, with its answer.
  to.answer = (_one, response) => void response.writeHead(500).end('the table is not there');
  await page.getByRole('button', { name: 'Send a test' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('the table is not there').waitFor();
  await page.keyboard.press('Escape');
  // A test that failed is no proof that it works.
  await page.getByText('Failing', { exact: true }).first().waitFor();
  assert.equal(await page.getByText('Working', { exact: true }).count(), 0);
  await page.getByRole('button', { name: 'Show the secret' }).click();
  const secret = await page.getByLabel('Secret', { exact: true }).inputValue();
  const [tried] = to.arrived;
  assert.ok(tried);
  new Standard(secret).verify(tried.body, tried.headers as Record<string, string>);

  // Told of one thing only; and the way back.
  await page.getByLabel('Everything').click();
  await page.getByText('Saved: What it is told of').waitFor();
  assert.equal(await page.getByLabel('Tags changed').isChecked(), false);
  await page.getByLabel('What it is for').fill('Shop');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByRole('heading', { name: 'Order system' }).waitFor();

  // A header for a gate in front of it: sent along, and not shown again.
  const own = page.getByRole('region', { name: 'Headers of your own' });
  await own.getByRole('button', { name: 'Add a header' }).click();
  await own.getByLabel('Name').fill('webhook-id');
  await own.getByLabel('Value').fill('canary-of-the-gate');
  await own.getByRole('button', { name: 'Save' }).click();
  await own.getByText('is a header that Hearten sets itself').waitFor();
  await own.getByLabel('Name').fill('x-gate');
  await own.getByRole('button', { name: 'Save' }).click();
  await own.getByText('x-gate: •••').waitFor();
  assert.equal((await page.content()).includes('canary-of-the-gate'), false);

  // A mail comes, and is not taken: it waits, and goes out again when somebody says so.
  const [workspace] = await s.running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const inbox = await ask<{ id: string }>(page, 'POST', '/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  await mailTo(workspace?.id as string, inbox.id);
  await page.getByRole('button', { name: /Waiting message\.received/ }).click();
  to.answer = (_one, response) => void response.writeHead(204).end();
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await dialog.getByText('Delivered', { exact: true }).waitFor();
  assert.equal(await dialog.locator('details.hooktry').count(), 2);
  assert.deepEqual(
    new Set(to.arrived.slice(1).map((one) => one.headers['webhook-id'])).size,
    1,
    'the same id at each try',
  );
  assert.equal(to.arrived.at(-1)?.headers['x-gate'], 'canary-of-the-gate');
  await page.keyboard.press('Escape');
  await page.getByText('Working', { exact: true }).first().waitFor();
  await own.getByRole('button', { name: 'Remove x-gate' }).click();
  await own.getByText('x-gate').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Delete this webhook' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
  // The receiver's own answers are no trouble of the page.
  assert.deepEqual(
    page.troubles.filter((text) => !/\b400\b/.test(text)),
    [],
  );
});

async function mailTo(workspaceId: string, inboxId: string): Promise<void> {
  await s.running.hearten.db.tx(workspaceId, (tx) =>
    receive(tx, [
      {
        id: newId(),
        inboxId,
        channel: 'email',
        externalId: '<hook@x.example>',
        inReplyTo: null,
        references: [],
        token: null,
        from: { address: 'claire@atelier.example', name: 'Claire' },
        forwarded: null,
        replyTo: null,
        to: [],
        cc: [],
        subject: 'Label comes out blank',
        text: 'I printed it three times.',
        quote: '',
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
        dedupe: hash('hook'),
        receivedAt: new Date().toISOString(),
        historic: false,
      },
    ]),
  );
}
