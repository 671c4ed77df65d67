import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumPath, type Stage, setUp, stage, wordsIn } from './browser.ts';
import { type Room, room } from './room.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
let desk: Room;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

test('two people on one conversation see each other look and write, and what one says the other has at once', {
  skip,
  timeout: 180_000,
}, async () => {
  const ana = await s.page();
  await setUp(ana, s.setup);
  desk = await room(s);
  await desk.arrive(3);
  const ben = await desk.colleague('Ben Osei', 'representative');
  await Promise.all([ana.goto(`${s.base}/inbox/open`), ben.goto(`${s.base}/inbox/open`)]);
  await ben.locator('a.rowi').first().waitFor();

  // Ana looks: her face stands in Ben's row, and above the conversation once he opens it too.
  await ana.getByRole('link', { name: /Lamp 1\b/ }).click();
  await ana.getByRole('heading', { name: 'Lamp 1' }).waitFor();
  const row = ben.getByRole('link', { name: /Lamp 1\b/ });
  await row.getByText('Ana Novak is viewing').waitFor();
  await row.click();
  await ben.locator('.here').getByText('Ana Novak is viewing').waitFor();
  await ana.locator('.here').getByText('Ben Osei is viewing').waitFor();

  // Ben begins to answer: Ana is told before she does the same, above the conversation and where she would write.
  await ben.keyboard.press('r');
  await ben.keyboard.type('Dear customer, the switch');
  await ana.locator('.here').getByText('Ben Osei is replying').waitFor();
  await ana
    .locator('.collision')
    .getByText(/Ben Osei is replying/)
    .waitFor();
  // Whoever is elsewhere sees it in the list, and that there is a draft.
  await ana.keyboard.press('u');
  const seen = ana.getByRole('link', { name: /Lamp 1\b/ });
  await seen.getByText('Ben Osei is replying').waitFor();
  await seen.getByText('Ben Osei has a draft').waitFor();
  await ben.locator('.here').waitFor({ state: 'detached' });

  // What is sent stands on the other screen in a moment, and the draft is none any more.
  await seen.click();
  await ana.locator('.here').getByText('Ben Osei').first().waitFor();
  await ben.keyboard.press('Control+Enter');
  await ana.locator('.msg.ours').getByText('Dear customer, the switch').waitFor();
  await ana.keyboard.press('u');
  await ana.getByText('Ben Osei has a draft').waitFor({ state: 'detached' });

  // Who closes the window is gone at once.
  await ana.keyboard.press('g');
  await ana.keyboard.press('a');
  const all = ana.getByRole('link', { name: /Lamp 1\b/ });
  await all.getByText('Ben Osei is viewing').waitFor();
  await ben.close();
  await all.getByText('Ben Osei is viewing').waitFor({ state: 'detached', timeout: 3_000 });
  assert.deepEqual([...ana.troubles, ...ben.troubles], []);
  await ana.close();
});

test('C03: who answers without having seen what a colleague or the customer just said is warned while writing and stopped before it leaves', {
  skip,
  timeout: 120_000,
}, async () => {
  const [ana, ben] = [await desk.colleague('Cara Lind', 'lead'), await desk.colleague('Dan Obi', 'representative')];
  const from = { address: 'two@example.org', name: 'Tova' };
  const [id = ''] = await desk.arrive(1, () => ({ from, subject: 'Two answers' }));
  await Promise.all([ana.goto(`${s.base}/conversations/${id}`), ben.goto(`${s.base}/conversations/${id}`)]);
  const field = (page: typeof ana) => page.getByLabel('Reply text');
  await field(ana).fill('Please press the switch twice.');
  await field(ben).fill('A new lamp is on its way.');
  await ben.keyboard.press('ControlOrMeta+Enter');
  await ana.getByText('A message arrived since you began. Read before you send.').waitFor();
  assert.equal(await wordsIn(field(ana)), 'Please press the switch twice.', 'what one writes stays');
  await field(ana).press('ControlOrMeta+Enter');
  const stopped = ana.getByRole('dialog', { name: /^Dan wrote/ });
  await stopped.getByText('A new lamp is on its way.').waitFor();
  await stopped.getByText(/has not been sent/).waitFor();
  await stopped.getByRole('button', { name: 'Go on writing' }).click();
  assert.equal(await ana.locator('.msg.ours').getByText('Please press the switch twice.').count(), 0);

  // The same when the customer writes; then it may go all the same.
  await ana.getByText('A message arrived since you began').waitFor({ state: 'detached' });
  await desk.arrive(1, () => ({ from, subject: 'Two answers', token: id }));
  await ana.getByText('A message arrived since you began. Read before you send.').waitFor();
  await field(ana).press('ControlOrMeta+Enter');
  await ana.getByRole('dialog').getByRole('button', { name: 'Send anyway' }).click();
  await ana.locator('.msg.ours').getByText('Please press the switch twice.').waitFor();
  await ben.locator('.msg.ours').getByText('Please press the switch twice.').waitFor();
  assert.deepEqual([...ana.troubles, ...ben.troubles], []);
});
