import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { sql } from '../../src/base/db.ts';
import { chromiumPath, holds, type Stage, setUp, stage, wordsIn } from './browser.ts';
import { bareInbox, letters, workspaceOf } from './letters.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

const keptThreads = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((done) => {
    const opening = indexedDB.open('hearten');
    opening.onsuccess = () => {
      const all = opening.result.transaction('kept').objectStore('kept').getAllKeys();
      all.onsuccess = () => {
        opening.result.close();
        done(all.result.filter(([, key]) => key.startsWith('thread:')).length);
      };
    };
    opening.onerror = () => done(-1);
  })`);
/** How many things wait to be sent. */
const waiting = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((done) => {
    const opening = indexedDB.open('hearten');
    opening.onsuccess = () => {
      const db = opening.result;
      const all = db.transaction('waiting').objectStore('waiting').count();
      all.onsuccess = () => {
        db.close();
        done(all.result);
      };
    };
    opening.onerror = () => done(-1);
  })`);
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds().catch(() => false)) return;
    await sleep(100);
  }
  assert.fail(`never: ${what}`);
}
/** Everything one wrote, as the database has it. */
async function said(): Promise<string[]> {
  const workspaceId = await workspaceOf(s);
  const rows = await s.running.hearten.db.read<{ text: string }>(
    workspaceId,
    sql`select text from message where workspace_id = ${workspaceId} and type in ('out', 'note') order by id`,
  );
  return rows.map((row) => row.text);
}
const open = async (page: Page, subject: string): Promise<void> => {
  await page
    .getByRole('link', { name: new RegExp(`${subject}\\b`) })
    .first()
    .click();
  await page.getByRole('heading', { name: subject, exact: true }).waitFor();
};
const answer = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.press('r');
  await page.getByLabel('Reply text').fill(text);
  await page.keyboard.press('ControlOrMeta+Enter');
};

test('without a connection one reads what came before, answers and decides; when it is back all is sent once, and what was overtaken waits', {
  skip,
  timeout: 170_000,
}, async () => {
  const page = await s.page({ serviceWorkers: 'allow' });
  await setUp(page, s.setup);
  const inboxId = await bareInbox(s);
  const subjects = Array.from({ length: 12 }, (_, n) => `Lamp ${String.fromCharCode(65 + n)}`);
  await letters(s, inboxId, ...subjects.map((subject) => ({ subject, text: `All about ${subject}.` })));
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /Lamp A\b/ }).waitFor();
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await until('every thread is on this device', async () => (await keptThreads(page)) >= 12);

  await page.context().setOffline(true);
  await s.down();
  await page.reload();
  await page.getByText('You can read the last conversations').waitFor();
  await open(page, 'Lamp C');
  await page.getByText('All about Lamp C.').first().waitFor();
  await answer(page, 'Turn it twice.');
  await page.getByText('Offline. 1 answer will be sent when you are back.').waitFor();
  await page.getByRole('region', { name: 'Not sent yet' }).getByText('Turn it twice.').waitFor();
  // A note that is taken back is a note again: its words are not for the customer.
  await page.keyboard.press('Escape');
  await holds(page, "document.activeElement?.closest('.composer') == null");
  await page.keyboard.press('n');
  await page.getByLabel('Note text, only your team sees it').fill('He is a friend of mine.');
  await page.keyboard.press('ControlOrMeta+Enter');
  const note = page.getByRole('region', { name: 'Not sent yet' }).locator('.is-note');
  await note.getByRole('button', { name: 'Take back' }).click();
  await note.waitFor({ state: 'detached' });
  assert.equal((await wordsIn(page.getByLabel('Note text, only your team sees it'))).trim(), 'He is a friend of mine.');
  await open(page, 'Lamp D');
  await answer(page, 'It is broken for good.');
  await page.getByText('2 answers will be sent when you are back.').waitFor();
  await page.keyboard.press('Escape');
  await holds(page, "document.activeElement?.closest('.composer') == null");
  await page.keyboard.press('e');
  await until('the decision waits too', async () => (await waiting(page)) === 3);

  // Closed and opened again, still without a connection: nothing of it is lost.
  await page.reload();
  await page.getByText('2 answers will be sent when you are back.').waitFor();

  await s.up();
  await letters(s, inboxId, {
    subject: 'Re: Lamp D',
    text: 'It works again, forget it.',
    from: { address: 'customer4@example.org', name: 'Customer 4' },
    inReplyTo: '<letter-4@example.org>',
    references: ['<letter-4@example.org>'],
  });
  await page.context().setOffline(false);
  await until('the first answer is on its way', async () => (await said()).includes('Turn it twice.'));
  await page.getByText('1 thing you did was not sent').waitFor();
  assert.deepEqual(await said(), ['Turn it twice.'], 'once, and not what was overtaken');

  // A message that came meanwhile may offer itself in a toast, with the same word.
  await page.locator('.banner').getByRole('button', { name: 'Show' }).click();
  await page.getByText('It works again, forget it.').first().waitFor();
  await page.getByRole('button', { name: 'Read it, then go on writing' }).click();
  await page.getByRole('heading', { name: 'Lamp D', exact: true }).waitFor();
  await until('the words are in the field again', async () =>
    /^It is broken for good\.\s*$/.test(
      await page.evaluate<string>(`(() => {
        const writing = document.querySelector('[data-keys=writing]');
        return writing.querySelector('textarea')?.value ?? writing.querySelector('[contenteditable=true]').innerText;
      })()`),
    ),
  );
  // What was to be done after it is not done without it, but by a person.
  await page.getByText('1 thing you did was not sent').waitFor();
  const status = async (): Promise<string | undefined> => {
    const workspaceId = await workspaceOf(s);
    const [row] = await s.running.hearten.db.read<{ status: string }>(
      workspaceId,
      sql`select status from conversation where workspace_id = ${workspaceId} and number = 4`,
    );
    return row?.status;
  };
  assert.equal(await status(), 'open');
  await page.locator('.banner').getByRole('button', { name: 'Show' }).click();
  await page.getByRole('button', { name: 'Send it all the same' }).click();
  await until('it is resolved', async () => (await status()) === 'resolved');
});

test('a line that breaks while an answer leaves neither loses nor doubles it', { skip, timeout: 120_000 }, async () => {
  const page = await s.page({ serviceWorkers: 'allow' });
  await page.goto(`${s.base}/inbox/all`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await open(page, 'Lamp E');
  let broken = 0;
  // The server has it; the answer to that is lost.
  await page.route('**/replies', async (route) => {
    if (broken++ > 0) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await answer(page, 'Once is enough.');
  await until('it was sent again', async () => broken > 1);
  await until('nothing waits', async () => (await page.getByRole('region', { name: 'Not sent yet' }).count()) === 0);
  assert.equal((await said()).filter((text) => text === 'Once is enough.').length, 1);
});

test('without a connection a file waits in the page and says so, goes up by itself, and settings say what they need', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page({ serviceWorkers: 'allow' });
  await page.goto(`${s.base}/inbox/all`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('.rowi').first().waitFor();
  await page.goto(`${s.base}/settings/you`);
  await page.getByLabel('Name').waitFor();
  await page.context().setOffline(true);
  await page.getByText('Settings need a connection.').waitFor();
  await page.getByLabel('Name').fill('Ana Maria Novak');
  await page.getByLabel('Name').press('Enter');
  await page.getByText('What you wrote is still here.').first().waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Ana Maria Novak');
  await page.context().setOffline(false);
  await page.getByText('Settings need a connection.').waitFor({ state: 'detached' });

  await page.goto(`${s.base}/inbox/all`);
  await open(page, 'Lamp F');
  await page.keyboard.press('r');
  await page.getByLabel('Reply text').fill('Here is the manual.');
  await page.context().setOffline(true);
  await page
    .locator('.composer input[type=file]')
    .first()
    .setInputFiles({ name: 'manual.txt', mimeType: 'text/plain', buffer: Buffer.from('Turn it on.') });
  await page.getByText('1 file waits in this page and goes up by itself.').waitFor();
  await page.getByLabel('Reply text').press('ControlOrMeta+Enter');
  await page.getByText('A file did not arrive. Nothing was sent').waitFor();
  await page.context().setOffline(false);
  // Up, not only on its way: until then nothing is sent, and that is said.
  await page.locator('.composer .files-said').waitFor({ state: 'detached' });
  await page.getByLabel('Reply text').press('ControlOrMeta+Enter');
  await until('it was sent with its file', async () => {
    const workspaceId = await workspaceOf(s);
    const rows = await s.running.hearten.db.read<{ files: { filename: string }[] }>(
      workspaceId,
      sql`select attachments as files from message where workspace_id = ${workspaceId} and type = 'out' and text like 'Here is the manual.%'`,
    );
    return rows.length === 1 && rows[0]?.files[0]?.filename === 'manual.txt';
  });
});
