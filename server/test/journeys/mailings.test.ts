import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { receive } from '../../src/conversations/index.ts';
import { incoming } from '../incoming.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

test('Everyone who reported a problem is told that it is fixed: written, shown word for word, sent, and taken back', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  const problem = newId();
  await db.tx(workspace?.id ?? '', async (t) => {
    const inboxId = newId();
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${t.workspaceId}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"Northwind Lamps","undoSeconds":60,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${t.workspaceId}`);
    const made = await receive(
      t,
      Array.from({ length: 24 }, (_, n) => incoming(inboxId, n)),
    );
    await t.run(
      sql`insert into problem (workspace_id, id, name, answer) values (${t.workspaceId}, ${problem}, 'The lamp stays dark', 'Hello {{customer.first_name | there}},

the lamp lights up again.')`,
    );
    await t.run(
      sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id) select ${t.workspaceId}, c, 0, 'problem', ${problem} from unnest(${made.map((one) => one.conversationId)}::uuid[]) c`,
    );
    await t.run(
      sql`insert into unsubscribed (workspace_id, customer_id) select workspace_id, customer_id from conversation where workspace_id = ${t.workspaceId} and id = ${made[0]?.conversationId ?? ''}`,
    );
  });
  const shot = async (name: string): Promise<void> => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  };
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/problems/${problem}`);
  await page.getByRole('link', { name: 'It is fixed: tell everyone who reported it' }).waitFor();
  await shot('problem');
  await page.getByRole('link', { name: 'It is fixed: tell everyone who reported it' }).click();
  await page.getByRole('textbox', { name: 'What it says' }).waitFor();
  await shot('write');
  await page.getByRole('button', { name: 'Show who gets what' }).click();
  await page.getByRole('heading', { name: 'Exactly this is sent' }).waitFor();
  await page.getByText('No more news like this').first().waitFor();
  const people = await db.read<{ n: number }>(
    workspace?.id ?? '',
    sql`select count(*)::int as n from mailing_person where workspace_id = ${workspace?.id ?? ''} and state = 'todo'`,
  );
  assert.ok((people[0]?.n ?? 0) > 1);
  await page.getByText('Want no such news').waitFor();
  await shot('light');
  if (process.env.SHOTS) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await shot('phone');
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  await page.getByRole('button', { name: `Send to ${people[0]?.n} people` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await page.getByText(`${people[0]?.n} of ${people[0]?.n} told`).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await shot('sent');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(`${people[0]?.n} taken back`).waitFor({ timeout: 30_000 });
  const out = await db.read(
    workspace?.id ?? '',
    sql`select 1 from message where workspace_id = ${workspace?.id ?? ''} and type = 'out'`,
  );
  assert.equal(out.length, 0, 'nothing left');
});
