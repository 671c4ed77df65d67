import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { makeProblem } from '../problems/problems.ts';
import { noMoreToken } from './link.ts';
import { makePreview } from './preview.ts';
import { peopleOf } from './shown.ts';
import { noMorePages } from './unsubscribe.ts';

let w: Desk;
let app: FastifyInstance;
let signedIn: Who | null = null;
before(async () => {
  w = await desk();
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  const whoever = async (): Promise<Who | null> => signedIn;
  noMorePages(w.hearten)(app, whoever, whoever);
});
after(async () => {
  await app.close();
  await w.end();
});

/** Somebody who is shown as one whom the news goes to, and the path of the link in what they will get. */
async function linked(): Promise<{ path: string; customerId: string; problemId: string }> {
  const { id: problemId } = await w.tx((t) => makeProblem(t, w.people.lead, { name: 'The lamp stays dark' }));
  const [made] = await w.receive({});
  const home = made?.conversationId as string;
  const row = await w.tx(async (t) => {
    await t.run(
      sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id) values (${w.workspaceId}, ${home}, 0, 'problem', ${problemId})`,
    );
    return t.first<{ customer_id: string }>(
      sql`select customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${home}`,
    );
  });
  const mailing = await w.tx((t) => makePreview(t, w.people.lead, problemId, { kind: 'fixed', text: 'It is fixed.' }));
  const { items } = await w.tx((t) => peopleOf(t, w.hearten, mailing.id, {}));
  const path = /https?:\/\/[^/\s]+(\/no-more\/[\w.-]+)/.exec(items[0]?.words ?? '')?.[1] as string;
  return { path, customerId: row?.customer_id as string, problemId };
}
const off = async (customerId: string): Promise<boolean> =>
  (await w.tx((t) =>
    t.first(sql`select 1 from unsubscribed where workspace_id = ${w.workspaceId} and customer_id = ${customerId}`),
  )) !== undefined;
const post = (
  url: string,
  payload: string,
  type = 'application/x-www-form-urlencoded',
): Promise<LightMyRequestResponse> => app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });

test('A link scanner looks as often as it likes: only the button ends the news, and the page takes it back', async () => {
  const { path, customerId, problemId } = await linked();
  for (const method of ['GET', 'HEAD', 'GET'] as const) await app.inject({ method, url: path });
  const page = await app.inject({ method: 'GET', url: path, headers: { 'accept-language': 'de' } });
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.ok(!page.body.includes('<script'));
  assert.equal(await off(customerId), false);
  await post(path, '');
  assert.equal(await off(customerId), false, 'a form that says nothing');
  await post(path, 'news=off');
  await post(path, 'news=off');
  assert.equal(await off(customerId), true);
  const again = (kind: 'fixed' | 'waiting') =>
    w.tx((t) => makePreview(t, w.people.lead, problemId, { kind, text: 'Once more.' }));
  assert.deepEqual((await again('fixed')).leftOut, [{ reason: 'unsubscribed', people: 1, conversations: 1 }]);
  assert.equal((await again('waiting')).people, 1, 'an answer they get all the same');
  await post(path, 'news=on');
  assert.equal(await off(customerId), false);
});

test('A mail program’s own button ends it without a page, in either kind of form, also while somebody of the team is signed in', async () => {
  for (const [payload, type] of [
    ['List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    [
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
    ],
  ] as const) {
    const { path, customerId } = await linked();
    signedIn = w.people.lead;
    await post(path, 'news=off');
    assert.equal(await off(customerId), false, 'a colleague who looks changes nothing');
    const answer = await post(path, payload, type);
    signedIn = null;
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers.location, undefined);
    assert.equal(await off(customerId), true);
  }
});

test('opens only what we signed: a forged, cut or foreign link changes nothing and says so', async () => {
  const { path, customerId } = await linked();
  const other = await w.another();
  const [, , token = ''] = path.split('/');
  const [, personId = ''] = token.split('.');
  const foreign = noMoreToken(w.hearten.seal, other.workspaceId, personId);
  const unknown = noMoreToken(w.hearten.seal, w.workspaceId, newId());
  const forged = `${w.workspaceId}.${personId}.${'A'.repeat(43)}`;
  for (const wrong of [
    foreign,
    unknown,
    forged,
    token.slice(0, -4),
    'x',
    '%00',
    `${token}.x.y`.replace(personId, newId()),
  ]) {
    const answer = await post(`/no-more/${wrong}`, 'List-Unsubscribe=One-Click');
    assert.ok([400, 404].includes(answer.statusCode), `${wrong}: ${answer.statusCode}`);
  }
  assert.equal(await off(customerId), false);
});
