import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { praise } from './index.ts';
import { praiseToken } from './link.ts';
import { countOrder, hidePraise, praises } from './list.ts';
import { dropPraise, offerPraise } from './offer.ts';

let w: Desk;
let app: FastifyInstance;
let signedIn: Who | null = null;
before(async () => {
  w = await desk();
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  const whoever = async (): Promise<Who | null> => signedIn;
  praise(w.hearten).plain?.(app, whoever, whoever);
});
after(async () => {
  await app.close();
  await w.end();
});

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';
type Offered = { token: string; sourceId: string; customerId: string; own: string };
async function offered(words = 'Quick & <b>kind</b>'): Promise<Offered> {
  const [made] = await w.receive({ from: { address: `${newId()}@people.example`, name: 'Claire' } });
  const conversationId = made?.conversationId as string;
  const sourceId = newId();
  return w.tx(async (t) => {
    const home = await t.first<{ id: string }>(
      sql`select customer_id as id from conversation where workspace_id = ${w.workspaceId} and id = ${conversationId}`,
    );
    const customerId = home?.id as string;
    const offer = await offerPraise(w.hearten, t, {
      ...{ source: 'mood', sourceId, conversationId, customerId, brandId: null, language: 'en', words },
    });
    const token = offer?.token as string;
    return { token, sourceId, customerId, own: `/my-praise/${token}` };
  });
}
const get = (url: string, headers: Record<string, string> = { 'user-agent': FIREFOX }, remoteAddress = '203.0.113.7') =>
  app.inject({ method: 'GET', url, headers, remoteAddress });
const formAt = async (url: string): Promise<string> =>
  /name="of" value="([^"]+)"/.exec((await get(url)).body)?.[1] ?? '';
/** The button of the page as it is now, or of one that was opened before. */
const press = async (url: string, body: Record<string, string>, of?: string): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ ...body, of: of ?? (await formAt(url)) }).toString(),
  });
const all = () => w.tx((t) => praises(t, w.hearten, {}));
const shownAt = (body: string): string => /(\/said\/[a-z2-7]{12})"/.exec(body)?.[1] ?? '';

test('nothing is shown before its writer agrees; then everybody reads it under the name they chose, and taken back it is gone', async () => {
  const it = await offered();
  const before = await get(it.own);
  assert.match(before.body, /May others read this\?/);
  assert.equal((await all()).items.length, 0);
  const agreed = await press(it.own, { show: 'yes', name: 'Claire\nF. <i>' });
  const path = shownAt(agreed.body);
  assert.notEqual(path, '');
  const page = await get(path);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Quick &amp; &lt;b&gt;kind&lt;\/b&gt;/);
  assert.match(page.body, /Claire F\. &lt;i&gt;/);
  assert.match(page.body, /<meta property="og:title" content="Claire F\. &lt;i&gt; about Northwind Lamps">/);
  assert.ok(!page.body.includes('<script') && !page.body.includes('people.example'));
  assert.equal(page.headers['set-cookie'], undefined);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  const [item] = (await all()).items;
  assert.deepEqual([item?.name, item?.state, item?.visits], ['Claire F. <i>', 'shown', 1]);
  await press(it.own, { show: 'yes', name: 'Claire F. <i>' });
  const told = await w.tx((t) =>
    t.many(sql`select 1 from event where workspace_id = ${w.workspaceId} and name = 'praise.shown'`),
  );
  assert.equal(told.length, 1, 'said twice it is said once');
  assert.match((await press(it.own, { show: 'no' })).body, /It is shown no more/);
  assert.equal((await get(path)).statusCode, 410);
  const gone = (await all()).items.find((one) => one.id === item?.id);
  assert.deepEqual([gone?.state, gone?.words, gone?.url], ['taken back', '', null]);
});

test('forged links lead nowhere, colleagues agree for nobody, and said otherwise it is shown no more', async () => {
  const it = await offered();
  for (const bad of [`${it.own}x`, '/my-praise/a.b.c', `/my-praise/${praiseToken(w.hearten.seal, newId(), newId())}`])
    assert.equal((await press(bad, { show: 'yes' })).statusCode, 404, bad);
  for (const bad of ['/said/aaaaaaaaaaaa', '/said/1', '/said/%00', `/said/${it.sourceId}`])
    assert.equal((await get(bad)).statusCode, 410, bad);
  signedIn = w.people.owner;
  assert.match((await press(it.own, { show: 'yes' })).body, /signed in as someone of the team/);
  signedIn = null;
  const path = shownAt((await press(it.own, { show: 'yes', name: '' })).body);
  assert.equal((await get(path)).statusCode, 200);
  const again = (words: string) =>
    w.tx((t) =>
      offerPraise(w.hearten, t, {
        ...{ source: 'mood', sourceId: it.sourceId, conversationId: newId(), customerId: it.customerId },
        ...{ brandId: null, language: 'en', words },
      }),
    );
  assert.equal(await again('Quick & <b>kind</b>'), null, 'shown already, they are not asked again');
  assert.equal((await get(path)).statusCode, 200, 'the same words stay');
  const former = await formAt((await offered()).own);
  const code = path.split('/').at(-1) as string;
  const { shown, visits } = await all();
  await again('Quick and kind.');
  assert.equal((await get(path)).statusCode, 410, 'nobody agreed to these');
  const reworded = await all();
  const card = reworded.items.find((one) => one.code === code);
  assert.deepEqual([card?.state, card?.words, card?.url, card?.visits], ['reworded', '', null, 1]);
  assert.deepEqual([reworded.shown, reworded.visits], [shown - 1, visits]);
  const early = { code, order: 'N-0', amount: 10, currency: 'EUR' };
  assert.deepEqual(await w.tx((t) => countOrder(t, early)), { counted: true }, 'whoever came before orders still');
  assert.equal((await all()).items.find((one) => one.code === code)?.orders, 1);
  assert.match((await press(it.own, { show: 'yes' }, former)).body, /May others read this\?[\s\S]*Quick and kind\./);
  assert.equal((await get(path)).statusCode, 410, 'a form that spoke of other words agrees to none');
  await press(it.own, { show: 'yes' });
  assert.equal((await get(path)).statusCode, 200);
  const order = { code, order: 'N-1', amount: 40, currency: 'EUR' };
  assert.deepEqual(await w.tx((t) => countOrder(t, order)), { counted: true });
  const counted = await all();
  await w.tx((t) => dropPraise(t, it.sourceId));
  assert.equal((await get(path)).statusCode, 410);
  const now = await all();
  assert.deepEqual([now.orders, now.visits, now.shown], [counted.orders, counted.visits, counted.shown - 1]);
  assert.equal(now.items.find((one) => path.endsWith(one.code))?.state, 'taken back');
  assert.equal((await get(it.own)).statusCode, 404, 'nobody can agree to what is said no more');
  const unsaid = await offered();
  await w.tx((t) => dropPraise(t, unsaid.sourceId));
  assert.equal((await get(unsaid.own)).statusCode, 404, 'what nobody agreed to show is not kept');
});

test('what was said in a conversation that is thrown away is shown to nobody, until it is taken out again', async () => {
  const it = await offered('So quick');
  const path = shownAt((await press(it.own, { show: 'yes', name: 'Ann' })).body);
  const put = (folder: string) =>
    w.tx((t) =>
      t.run(
        sql`update conversation set folder = ${folder} where workspace_id = ${w.workspaceId} and id = (select conversation_id from praise where workspace_id = ${w.workspaceId} and source_id = ${it.sourceId})`,
      ),
    );
  const { shown } = await all();
  for (const folder of ['trash', 'spam']) {
    await put(folder);
    assert.equal((await get(path)).statusCode, 410, folder);
    const [item] = (await all()).items;
    assert.deepEqual([item?.state, item?.url, (await all()).shown], ['put away', null, shown - 1]);
    assert.match((await get(it.own)).body, /shows this no more/);
  }
  const unsaid = await offered('Also quick');
  await w.tx((t) =>
    t.run(
      sql`update conversation set folder = 'trash' where workspace_id = ${w.workspaceId} and customer_id = ${unsaid.customerId}`,
    ),
  );
  assert.equal(shownAt((await press(unsaid.own, { show: 'yes', name: '' }, 'x')).body), '');
  await put('inbox');
  assert.equal((await get(path)).statusCode, 200);
  await put('trash');
  assert.match((await press(it.own, { show: 'no' }, 'x')).body, /It is shown no more/);
  await put('inbox');
  assert.equal((await get(path)).statusCode, 410, 'taken back while it was away');
});

test('visits are people, each once a day: no programs, no prefetching, no colleagues; orders count once each', async () => {
  const it = await offered('It works again.');
  const former = await formAt(it.own);
  const path = shownAt((await press(it.own, { show: 'yes' })).body);
  const visits = async () => (await all()).items.find((one) => one.words === 'It works again.')?.visits;
  for (let i = 0; i < 3; i++) await get(path);
  assert.equal(await visits(), 1);
  await get(path, { 'user-agent': FIREFOX }, '203.0.113.8');
  assert.equal(await visits(), 2);
  for (const agent of [
    '',
    'curl/8.0',
    'Mozilla/5.0 (compatible; Googlebot/2.1)',
    'facebookexternalhit/1.1',
    'WhatsApp/2.2',
    'Mozilla/5.0 HeadlessChrome/140',
  ])
    await get(path, { 'user-agent': agent }, '203.0.113.9');
  await get(path, { 'user-agent': FIREFOX, 'sec-purpose': 'prefetch;prerender' }, '203.0.113.10');
  await app.inject({ method: 'HEAD', url: path, headers: { 'user-agent': FIREFOX }, remoteAddress: '203.0.113.11' });
  signedIn = w.people.viewer;
  await get(path, { 'user-agent': FIREFOX }, '203.0.113.12');
  signedIn = null;
  assert.equal(await visits(), 2);
  // The next day the same person is one more, and yesterday's marks are gone.
  await w.tx((t) => t.run(sql`update praise_visit set day = day - 1 where workspace_id = ${w.workspaceId}`));
  await get(path);
  assert.equal(await visits(), 3);
  const marks = await w.tx((t) =>
    t.many(
      sql`select 1 from praise_visit v join praise p on p.workspace_id = v.workspace_id and p.id = v.praise_id where v.workspace_id = ${w.workspaceId} and p.words = 'It works again.'`,
    ),
  );
  assert.equal(marks.length, 1);
  const code = path.split('/').at(-1) as string;
  const order = (name: string, amount = 20) =>
    w.tx((t) => countOrder(t, { code, order: name, amount, currency: 'EUR' }));
  assert.deepEqual(await order('A-1'), { counted: true });
  assert.deepEqual(await order('A-1'), { counted: false });
  await Promise.all([order('A-2', 5.5), order('A-2', 5.5)]);
  const item = (await all()).items.find((one) => one.code === code);
  assert.deepEqual([item?.orders, item?.amounts], [2, [{ currency: 'EUR', amount: 25.5 }]]);
  const other = await w.another();
  await assert.rejects(
    other.tx((t) => countOrder(t, { code, order: 'B-1' })),
    /No praise has this code/,
  );
  // The team takes it off, and it stays off, whatever is pressed or said then.
  assert.equal((await w.tx((t) => hidePraise(t, w.hearten, w.people.owner, item?.id as string))).state, 'taken back');
  assert.equal((await get(path)).statusCode, 410);
  assert.match((await press(it.own, { show: 'yes' }, former)).body, /shows this no more/);
  await w.tx((t) => dropPraise(t, it.sourceId));
  for (const words of ['It works again.', 'Other words.'])
    assert.equal(
      await w.tx((t) =>
        offerPraise(w.hearten, t, {
          ...{ source: 'mood', sourceId: it.sourceId, conversationId: newId(), customerId: it.customerId },
          ...{ brandId: null, language: 'en', words },
        }),
      ),
      null,
    );
  await press(it.own, { show: 'yes' }, former);
  assert.equal((await get(path)).statusCode, 410);
});
