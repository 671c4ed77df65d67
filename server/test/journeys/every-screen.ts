import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { hash } from '../../src/base/seal.ts';
import { receive } from '../../src/conversations/index.ts';
import { moodToken } from '../../src/mood/link.ts';
import { root } from '../desk.ts';
import { axe } from './axe.ts';
import { type Stage, setUp } from './browser.ts';

type Call = { method: string; path: string; body?: unknown };
/** A request as the app would send it, from inside the page. */
export const ask = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ({ method, path, body }: Call) => {
      const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'x-csrf-token': me.csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as never;
    },
    { method, path, body },
  );

export type Furnished = {
  state: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  inbox: string;
  conversation: string;
  customer: string;
  company: string;
  snippet: string;
  macro: string;
  webhook: string;
  hours: string;
  problem: string;
  mailing: string;
  survey: string;
  cluster: string;
  rise: string;
  chat: string;
  form: string;
  person: string;
  /** What a link in a resolving answer opens, for whoever is not signed in. */
  felt: string;
};

/** A desk with one of most things: mails in three scripts, an answer, a note, a tag, a team, a customer of whom something is known. */
export async function furnish(s: Stage): Promise<Furnished> {
  const page = await s.page();
  await setUp(page, s.setup);
  const inbox = await ask<{ id: string }>(page, 'POST', '/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  const [workspace] = await s.running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const received = await s.running.hearten.db.tx(workspace?.id as string, (tx) => receive(tx, mails(inbox.id)));
  const conversation = received[0]?.conversationId as string;
  const opened = await ask<{ customer: { id: string; company: { id: string } | null } }>(
    page,
    'GET',
    `/conversations/${conversation}`,
  );
  const customer = opened.customer.id;
  await ask(page, 'POST', '/customer-fields', {
    about: 'customer',
    label: 'Plan',
    kind: 'choice',
    choices: ['Studio', 'Trade'],
  });
  await ask(page, 'PATCH', `/customers/${customer}`, { role: 'Architect', fields: { plan: 'Trade' } });
  await ask(page, 'POST', `/customers/${customer}/notes`, { text: 'Prefers brass.' });
  await ask(page, 'POST', `/conversations/${conversation}/notes`, { text: 'Let us send a new one.' });
  await ask(page, 'POST', `/conversations/${conversation}/tags`, { add: ['label'] });
  await ask(page, 'POST', '/teams', { name: 'Repairs', people: [] });
  await ask(page, 'POST', '/saved-views', { name: 'Labels', icon: 'star', filter: { tag: 'label' }, for: 'everyone' });
  const { snippet } = await ask<{ snippet: { id: string } }>(page, 'POST', '/snippets', {
    name: 'Print it again',
    shortcut: 'print',
    folder: 'Labels',
    for: 'everyone',
    text: 'Hello {{customer.first_name | there}}, {{team.name}} prints it again. {{nobody.knows}}',
  });
  const { macro } = await ask<{ macro: { id: string } }>(page, 'POST', '/macros', {
    name: 'Printed',
    for: 'everyone',
    text: 'It is printed.',
    steps: [
      { do: 'tag', add: ['label'] },
      { do: 'assign', assigneeId: 'me' },
      { do: 'priority', priority: 'high' },
      { do: 'note', text: 'Printed again' },
      { do: 'snooze', for: '2d' },
    ],
  });
  const webhook = await ask<{ id: string }>(page, 'POST', '/webhooks', {
    address: 'https://hooks.example.invalid/hearten',
    description: 'Order system',
  });
  await ask(page, 'POST', `/webhooks/${webhook.id}/test`);
  const form = await ask<{ id: string }>(page, 'POST', '/forms', {
    name: 'Contact',
    inboxId: inbox.id,
    settings: { fields: [{ name: 'lamp', kind: 'choice', label: 'Which lamp?', choices: ['Fjord', 'Tind'] }] },
  });
  const problem = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'The label comes out blank' });
  await ask(page, 'PATCH', `/problems/${problem.id}`, {
    wish: true,
    workaround: 'Print it again.',
    answer: 'Please print it again.',
  });
  await ask(page, 'PUT', `/conversations/${conversation}/filing`, {
    kind: 'problem',
    problems: [{ id: problem.id }],
  });
  const survey = await ask<{ id: string }>(page, 'POST', '/surveys', {
    ...{ name: 'How was our help?', kind: 'csat', moment: 'resolved' },
  });
  const [cluster, rise] = [newId(), newId()];
  await s.running.hearten.db.tx(workspace?.id as string, async (tx) => {
    await tx.run(
      sql`insert into cluster (workspace_id, id, name) values (${tx.workspaceId}, ${cluster}, 'label printer, blank')`,
    );
    await tx.run(sql`
      insert into cluster_conversation (workspace_id, conversation_id, cluster_id, closeness)
      select ${tx.workspaceId}, id, ${cluster}, 0.6 from conversation where workspace_id = ${tx.workspaceId} and id <> ${conversation} order by number limit 3`);
    await tx.run(
      sql`insert into rise (workspace_id, id, problem_id, customers, minutes, usual, chance, began_at) values (${tx.workspaceId}, ${rise}, ${problem.id}, 7, 40, 0.4, 1e-8, now() - interval '40 minutes')`,
    );
    await tx.run(
      sql`insert into rise_conversation (workspace_id, rise_id, conversation_id) values (${tx.workspaceId}, ${rise}, ${conversation})`,
    );
  });
  const mailing = await ask<{ id: string }>(page, 'POST', `/problems/${problem.id}/mailings`, {
    kind: 'fixed',
    text: 'Hello {{customer.first_name | there}}, labels print again.',
  });
  const hours = await ask<{ id: string }>(page, 'POST', '/hours', { name: 'Lamps', timeZone: 'Europe/Lisbon' });
  await ask(page, 'POST', `/hours/${hours.id}/holidays`, {
    name: 'Labour Day',
    rule: { kind: 'nth', month: 9, weekday: 1, nth: 1 },
  });
  await ask(page, 'PUT', `/hours/${hours.id}/exceptions/2099-12-24`, { name: 'Eve', open: [[540, 720]] });
  await ask(page, 'POST', `/hours/${hours.id}/calendars`, {
    name: 'Holidays',
    address: 'https://calendars.example.invalid/holidays.ics',
  });
  const chat = await ask<{ id: string }>(page, 'POST', '/chats', {
    name: 'Shop',
    settings: {
      colour: '#8b2f5c',
      triggers: [
        {
          ...{ id: '5f0f6b1e-0000-4000-8000-000000000001', text: 'Questions about the Fjord?', seconds: 5, visits: 1 },
          ...{ page: { how: 'starts', value: '/fjord' }, openOnly: true, enabled: true },
        },
      ],
    },
  });
  await ask(page, 'POST', `/chats/${chat.id}/keys`, { name: 'Shop server', algorithm: 'HS256' });
  const askId = newId();
  const workspaceId = workspace?.id as string;
  await s.running.hearten.db.tx(workspaceId, (tx) =>
    tx.run(
      sql`insert into mood_ask (workspace_id, id, conversation_id, message_id, channel) values (${workspaceId}, ${askId}, ${conversation}, ${newId()}, 'email')`,
    ),
  );
  const felt = `/felt/${moodToken(s.running.hearten.seal, workspaceId, askId)}/b`;
  const { id: person } = (await ask<{ person: { id: string } }>(page, 'GET', '/me')).person;
  const state = await page.context().storageState();
  await page.close();
  return {
    state,
    inbox: inbox.id,
    conversation,
    customer,
    company: opened.customer.company?.id as string,
    snippet: snippet.id,
    macro: macro.id,
    webhook: webhook.id,
    hours: hours.id,
    problem: problem.id,
    mailing: mailing.id,
    survey: survey.id,
    cluster,
    rise,
    chat: chat.id,
    form: form.id,
    person,
    felt,
  };
}

const mails = (inboxId: string) =>
  [
    ['Claire Dubois', 'Label comes out blank', 'I printed the label three times.'],
    ['田中 さくら', '配送先', '明日届く予定の注文ですが、住所を変更できますか。'],
    ['سارة المنصوري', 'وصل المصباح مكسورا', 'فتحت الصندوق هذا الصباح ووجدت الزجاج مكسورا.'],
  ].map(([name, subject, text], i) => ({
    id: newId(),
    inboxId,
    channel: 'email' as const,
    externalId: `<a${i}@x.example>`,
    inReplyTo: null,
    references: [],
    token: null,
    from: { address: `c${i}@atelier.example`, name: name as string },
    forwarded: null,
    replyTo: null,
    to: [],
    cc: [],
    subject: subject as string,
    text: text as string,
    quote: i ? '' : '> an older text',
    hasHtml: false,
    attachments: [],
    kind: 'message' as const,
    automatic: false,
    language: null,
    bounce: null,
    awayUntil: null,
    thanks: false,
    signs: [],
    authentication: null,
    parsed: null,
    rawHash: null,
    dedupe: hash(text as string),
    receivedAt: new Date().toISOString(),
    historic: false,
  }));

/** Every address the app's router knows, with things that are there; what a visitor sees before signing in is apart. */
export async function addresses(f: Furnished): Promise<{ inside: string[]; outside: string[] }> {
  const text = await readFile(join(root, 'web/src/router.tsx'), 'utf8');
  const found = new Set<string>();
  for (const [, path] of text.matchAll(/\bpath: '(\/[^']*)'/g)) found.add(path as string);
  for (const [, path] of text.matchAll(/\bpage\('([^']+)'/g)) found.add(path as string);
  for (const [, path] of text.matchAll(/\bsetting\('([^']+)'/g)) found.add(`/settings/${path}`);
  assert.ok(found.size > 25, `only ${found.size} routes were found: does router.tsx say them otherwise now?`);
  const outside = ['/sign-in', '/setup', '/join', '/reset', '/sign-in/company/nobody-began', f.felt];
  // These lead elsewhere at once.
  const elsewhere = ['/', '/c/$number', '/conversations/$id', '/m/$id'];
  const filled: Record<string, string> = {
    '/inbox/$view': '/inbox/open',
    '/search': '/search?q=label',
    '/sign-in/company/$id': '/sign-in/company/nobody-began',
    '/home/people/$id': `/home/people/${f.person}`,
    '/problems/found/$id': `/problems/found/${f.cluster}`,
    '/problems/rising/$id': `/problems/rising/${f.rise}`,
    '/problems/$id': `/problems/${f.problem}`,
    '/problems/wishes/$id': `/problems/wishes/${f.problem}`,
    '/problems/$id/tell/$kind': `/problems/${f.problem}/tell/fixed`,
    '/surveys/$id': `/surveys/${f.survey}`,
    '/surveys/$id/edit': `/surveys/${f.survey}/edit`,
    '/surveys/$id/turns': `/surveys/${f.survey}/turns`,
    '/mailings/$id': `/mailings/${f.mailing}`,
    '/customers/$id': `/customers/${f.customer}`,
    '/companies/$id': `/companies/${f.company}`,
    '/settings/inboxes/$id': `/settings/inboxes/${f.inbox}`,
    '/settings/chats/$id': `/settings/chats/${f.chat}`,
    '/settings/snippets/$id': `/settings/snippets/${f.snippet}`,
    '/settings/macros/$id': `/settings/macros/${f.macro}`,
    '/settings/forms/$id': `/settings/forms/${f.form}`,
    '/settings/hours/$id': `/settings/hours/${f.hours}`,
    '/settings/webhooks/$id': `/settings/webhooks/${f.webhook}`,
    '/print/$id': `/print/${f.conversation}`,
    '/print/$number': '/print/1',
  };
  const inside = ['/inbox/open/1', '/inbox/waiting'];
  for (const path of found) {
    if (outside.includes(path) || elsewhere.includes(path)) continue;
    const address = filled[path] ?? path;
    if (outside.includes(address)) continue;
    assert.ok(!address.includes('$'), `${path} is a route that nobody looks at: say here how it is filled`);
    inside.push(address);
  }
  return { inside, outside };
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Something is on its way to where it stays; what turns for ever (a wheel while something loads) is not. */
const moves = `document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity)`;
/** What axe finds on what is shown now, in words. */
export async function violations(page: Page): Promise<string[]> {
  // What is still fading in is paler than it will be.
  for (let tries = 0; tries < 100 && (await page.evaluate<boolean>(moves)); tries++) await page.waitForTimeout(20);
  return (await axe(page, { tags: rules })).map(
    (v) =>
      `${v.id} ${v.nodes
        .map((n) => n.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
  );
}
/** Sentences in Arabic that are laid out from left to right: their signs and the Latin words in them stand in the wrong places. */
const againstTheGrain = String.raw`(() => {
  const first = /^[^\p{L}]*\p{Script=Arabic}/u;
  return [...document.querySelectorAll('body *')]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && first.test(n.textContent)) && first.test(e.textContent))
    .filter((e) => e.checkVisibility() && getComputedStyle(e).direction === 'ltr')
    .filter((e) => getComputedStyle(e).unicodeBidi !== 'plaintext')
    .map((e) => e.textContent.slice(0, 40))
    .slice(0, 3);
})()`;
/** What axe finds on a screen, and whether it scrolls sideways. */
export async function look(page: Page, base: string, path: string, where: string): Promise<string[]> {
  await page.goto(base + path);
  await page.waitForLoadState('networkidle');
  // On a phone some pages are their list alone: the heading is there, but not seen.
  await page.locator('main, form, h1, nav').filter({ visible: true }).first().waitFor();
  const found = (await violations(page)).map((one) => `${where} ${path}: ${one}`);
  for (const text of await page.evaluate<string[]>(againstTheGrain))
    found.push(`${where} ${path} runs left to right: ${text}`);
  const wide = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return wide > 1 ? [...found, `${where} ${path} scrolls sideways by ${wide} px`] : found;
}
