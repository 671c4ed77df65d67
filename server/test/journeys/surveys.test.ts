import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { receive } from '../../src/conversations/index.ts';
import { surveyToken } from '../../src/surveys/link.ts';
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

const said = [
  'Quick and kind. The new switch came the next day.',
  'I had to write twice before somebody looked at the photo.',
  'Merci, tout est clair maintenant !',
  'كانت المساعدة سريعة، شكرًا.',
];

test('A survey is made beside its mail, switched on, answered, and each of its numbers leads to as many turns', {
  skip,
  timeout: 180_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { db, seal } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  const w = workspace?.id ?? '';
  const conversations = await db.tx(w, async (t) => {
    const inboxId = newId();
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${w}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${w}`);
    const made = await receive(
      t,
      Array.from({ length: 48 }, (_, n) => incoming(inboxId, n)),
    );
    return made.flatMap((one) => one.conversationId ?? []);
  });
  const shot = async (name: string): Promise<void> => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  };
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/surveys`);
  await page.getByRole('link', { name: 'New survey' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('How was our help?');
  await page.getByRole('button', { name: 'Add a question' }).click();
  await page.getByRole('textbox', { name: 'Question 1' }).fill('Which lamp is it about?');
  await page.getByLabel('Answers, one a line').fill('Fjord\nAurora\n');
  // Tried as a choice first, it becomes one in words.
  await page.getByRole('button', { name: 'Add a question' }).click();
  await page.getByRole('textbox', { name: 'Question 2' }).fill('By which number do we reach you?');
  await page.getByRole('combobox', { name: 'Kind of answer' }).nth(1).selectOption({ label: 'Words' });
  await page.getByRole('complementary', { name: 'The page' }).getByText('Which lamp is it about?').waitFor();
  await shot('edit');
  if (process.env.SHOTS) {
    await page.setViewportSize({ width: 390, height: 844 });
    await shot('edit-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  await page.getByRole('button', { name: 'Make it' }).click();
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('Asking', { exact: true }).waitFor();
  await page.getByText('Nobody’s turn came yet').waitFor();
  const survey = page.url().split('/').at(-1) as string;
  // Forty turns: thirty asked, twenty answered, ten left out.
  await db.tx(w, async (t) => {
    for (const [n, conversation] of conversations.slice(0, 40).entries()) {
      const score = [5, 4, 5, 2, 4, 5, 3, 5, 1, 4][n % 10] as number;
      const answered = n < 20;
      const answers = {
        support: String(score),
        product: String(6 - score),
        expected: ['better', 'as', 'worse'][n % 3],
        own1: String((n % 2) + 1),
      };
      await t.run(sql`
        insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, inbox_id, channel, turn, at, excluded, answers, score, words, answered_at)
        select workspace_id, ${newId()}, ${survey}, id, customer_id, inbox_id, channel, now(), now() - make_interval(days => ${n}), ${n < 30 ? null : n < 36 ? 'asked lately' : 'audience'},
          ${answered ? JSON.stringify(answers) : null}::jsonb, ${answered ? score : null}, ${answered && n % 5 === 0 ? (said[n / 5] ?? '') : ''}, ${answered ? sql`now() - make_interval(days => ${n})` : sql`null`}
        from conversation where workspace_id = ${w} and id = ${conversation}`);
    }
  });
  await page.reload();
  await page.getByText('20 of 30 who were asked').waitFor();
  await shot('results');
  // Every number is as many turns as stand behind it.
  const numbers = page.locator('main dl a, .spread a, main .parts .n a');
  const found: { href: string; n: number }[] = [];
  for (const link of await numbers.all())
    found.push({
      href: (await link.getAttribute('href')) ?? '',
      n: Number.parseInt((await link.textContent()) ?? '', 10),
    });
  assert.ok(found.length > 12, `${found.length} numbers`);
  for (const { href, n } of found) {
    await page.goto(`${s.base}${href}`);
    if (n === 0) await page.getByText('Nothing is behind this').waitFor();
    else
      await page
        .locator('.rowsof > a')
        .nth(n - 1)
        .waitFor();
    assert.equal(await page.locator('.rowsof > a').count(), n, href);
  }
  await page.goto(`${s.base}/surveys/${survey}`);
  await page.getByRole('link', { name: 'What they said in words' }).click();
  await page.getByText(said[0] as string).waitFor();
  assert.equal(await page.locator('.rowsof > a').count(), 4);
  await shot('words');
  await page.getByRole('combobox', { name: 'Answer' }).selectOption({ label: 'Heartened' });
  await page.getByText(said[1] as string).waitFor({ state: 'hidden' });
  // Of a survey that has no score the answer itself is read.
  const own = newId();
  await db.tx(w, async (t) => {
    await t.run(sql`
      insert into survey (workspace_id, id, name, kind, moment, questions) values (${w}, ${own}, 'Which lamp?', 'own', 'resolved', '[{"kind":"choice","text":"Which lamp is it?","choices":["Fjord","Aurora"],"low":"","high":""}]')`);
    await t.run(sql`
      insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, inbox_id, channel, turn, answers, answered_at)
      select workspace_id, ${newId()}, ${own}, id, customer_id, inbox_id, channel, now(), '{"own1":"2"}', now() from conversation where workspace_id = ${w} and id = ${conversations[46] as string}`);
  });
  await page.goto(`${s.base}/surveys/${own}/turns?state=answered`);
  await page.locator('.behind').getByText('Aurora').waitFor();
  if (process.env.SHOTS) {
    await page.goto(`${s.base}/surveys/${survey}`);
    await page.getByText('20 of 30 who were asked').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot('results-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await shot('results-phone');
  }
  // The page behind the mail's links, as a customer sees it.
  const ask = newId();
  await db.tx(w, (t) =>
    t.run(sql`
      insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, inbox_id, channel, language, turn)
      select workspace_id, ${ask}, ${survey}, id, customer_id, inbox_id, channel, ${process.env.SHOTS ? 'ar' : 'en'}, now() from conversation where workspace_id = ${w} and id = ${conversations[45] as string}`),
  );
  const context = await page
    .context()
    .browser()
    ?.newContext({ viewport: { width: 390, height: 844 } });
  const theirs = await context?.newPage();
  assert.ok(theirs);
  await theirs.goto(`${s.base}/asked/${surveyToken(seal, 'survey', w, ask)}/5`);
  if (process.env.SHOTS) await theirs.screenshot({ path: `${process.env.SHOTS}/asked-ar.png`, fullPage: true });
  else assert.ok(await theirs.getByRole('radio', { name: 'Heartened' }).first().isChecked());
  await theirs.locator('#words').fill('Lovely. The new switch came the next day.');
  await theirs.locator('form button').click();
  await theirs.getByRole('status').waitFor();
  if (process.env.SHOTS) await theirs.screenshot({ path: `${process.env.SHOTS}/thanks-ar.png`, fullPage: true });
  // What was said gladly is shown once they agree, under the name they choose; the team sees it, and what came of it.
  await theirs.locator('.praise input[type=text]').fill('Claire F.');
  await theirs.locator('.praise button').click();
  await theirs.locator('blockquote').waitFor();
  const address = (await theirs.locator('main a').getAttribute('href')) ?? '';
  const shown = `${s.base}${new URL(address).pathname}`;
  await theirs.goto(shown);
  await theirs.getByText('Claire F.').waitFor();
  if (process.env.SHOTS) await theirs.screenshot({ path: `${process.env.SHOTS}/said-ar.png`, fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/praise`);
  await page.getByText('Lovely. The new switch came the next day.').waitFor();
  await page.getByText('shown as Claire F.').waitFor();
  await shot('praise');
  await page.getByRole('button', { name: 'Take it off' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Take it off' }).click();
  await page.getByText('Taken back.').waitFor();
  assert.equal((await theirs.goto(shown))?.status(), 410);
  await context?.close();
  const kept = await db.read<{ score: number }>(
    w,
    sql`select score from survey_ask where workspace_id = ${w} and id = ${ask}`,
  );
  assert.equal(kept[0]?.score, 5);
});
