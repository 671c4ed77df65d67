import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import type { Desk } from '../../test/desk.ts';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../../test/sending-desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { parse } from '../channels/email/parse/index.ts';
import { setStatus } from '../conversations/change.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { askIn } from '../mood/index.ts';
import { decide, type Running } from './decide.ts';
import { changeSurvey, makeSurvey } from './keep.ts';
import { surveyToken } from './link.ts';
import { surveyPages } from './public.ts';
import { surveyRound, surveyTurn } from './when.ts';

let s: SendingDesk;
let sink: Sink;
let w: Desk;
let app: FastifyInstance;
let signedIn: Who | null = null;
before(async () => {
  [s, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  w = s.desk;
  await s.smtp(w, sink.port);
  await s.work();
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  const whoever = async (): Promise<Who | null> => signedIn;
  surveyPages(w.hearten)(app, whoever, whoever);
});
after(async () => {
  await app.close();
  await s.end();
  await sink.stop();
});

const make = async (more: object = {}): Promise<string> => {
  const body = { name: 'How was it?', kind: 'csat', moment: 'resolved', delayHours: 0, ...more };
  const made = await w.tx((t) => makeSurvey(t, w.people.owner, body as never));
  return made.id;
};
const on = (id: string, running = true) => w.tx((t) => changeSurvey(t, w.people.owner, id, { running }));
/** Someone wrote, and it is resolved. */
async function ended(address = `${newId().slice(-8)}@people.example`, more: object = {}): Promise<string> {
  const [made] = await w.receive({ from: { address, name: 'Claire' }, ...more });
  const id = made?.conversationId as string;
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  return id;
}
type Row = {
  id: string;
  excluded: string | null;
  tapped: string[];
  answers: object | null;
  score: number | null;
  words: string;
  message_id: string | null;
};
/** Of one conversation: what ended just before a survey began may have a turn of it, too. */
const turnsOf = (surveyId: string, conversationId: string | null = null): Promise<Row[]> =>
  w.tx((t) =>
    t.many<Row>(
      sql`select id, excluded, tapped, answers, score, words, message_id from survey_ask where workspace_id = ${w.workspaceId} and survey_id = ${surveyId}
        and (${conversationId}::uuid is null or conversation_id = ${conversationId}) order by id`,
    ),
  );
const oneOf = async (surveyId: string): Promise<Row> => (await turnsOf(surveyId)).at(-1) as Row;
const take = (surveyId: string, conversationId: string): Promise<void> =>
  w.tx((t) => surveyTurn(t, () => s.channel, surveyId, conversationId));
const get = (url: string): Promise<LightMyRequestResponse> => app.inject({ method: 'GET', url });
const press = (url: string, body: Record<string, string>, cookie = ''): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
    payload: new URLSearchParams(body).toString(),
  });
const browserOf = (answer: LightMyRequestResponse): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';
const pathOf = (id: string): string => `/asked/${surveyToken(w.hearten.seal, 'survey', w.workspaceId, id)}`;

test('a resolved conversation is asked about by mail, in its thread; one tap and the button come back as the answer', async () => {
  const id = await make();
  await on(id);
  const conversation = await ended();
  await waited(async () => (await turnsOf(id)).length === 1, 15_000);
  assert.equal((await oneOf(id)).excluded, null);
  const is = ({ raw }: { raw: string }) => raw.includes('How was our help?');
  await waited(() => sink.ledger.some(is), 20_000);
  const raw = sink.ledger.find(is)?.raw ?? '';
  assert.match(raw, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
  assert.match(raw, /Auto-Submitted: auto-replied/);
  assert.match(raw, /\+c\./, 'an answer to it comes into the conversation');
  const mail = parse(Buffer.from(raw, 'latin1'));
  const links = (text: string) =>
    [...text.matchAll(/https?:\/\/[^\s"<>]+?(\/asked\/[\w.-]+\/\w+)/g)].map(([, path]) => path as string);
  assert.deepEqual(
    links(mail.text).map((path) => path.at(-1)),
    ['1', '2', '3', '4', '5'],
  );
  assert.deepEqual(
    links(mail.html ?? '').map((path) => path.at(-1)),
    ['1', '2', '3', '4', '5', 'x'],
  );
  const [, , , fourth = ''] = links(mail.text);
  const page = await get(fourth);
  assert.equal(page.statusCode, 200);
  assert.ok(!page.body.includes('<script'));
  assert.match(page.body, /name="support" value="4" checked/);
  assert.equal((await oneOf(id)).answers, null, 'looking is no answer');
  const body = { support: '4', product: '2', expected: 'better', words: 'Quick <b>help</b>\u0000' };
  const first = await press(fourth, body);
  const cookie = browserOf(first);
  await press(fourth, body, cookie);
  const row = await oneOf(id);
  assert.deepEqual([row.score, row.words], [4, 'Quick <b>help</b>']);
  assert.deepEqual(row.answers, { support: '4', product: '2', expected: 'better', words: 'Quick <b>help</b>' });
  const told = await w.tx((t) =>
    t.many(
      sql`select 1 from event where workspace_id = ${w.workspaceId} and name = 'survey.answered' and conversation_id = ${conversation}`,
    ),
  );
  assert.equal(told.length, 1, 'pressed twice it is said once');
  assert.match((await press(fourth, { support: '1' })).body, /answered already/, 'another browser changes nothing');
  await press(fourth, { support: '5' }, cookie);
  assert.equal((await oneOf(id)).score, 5);
  await on(id, false);
});

test('a program that follows all links says nothing; forged, torn and old links lead to a kind page, and colleagues count for nothing', async () => {
  const id = await make();
  await on(id);
  await take(id, await ended());
  const row = await oneOf(id);
  const path = pathOf(row.id);
  for (const choice of ['1', '2', '3', '4', '5', 'x', '99']) await get(`${path}/${choice}`);
  await app.inject({ method: 'HEAD', url: `${path}/4` });
  assert.deepEqual((await oneOf(id)).tapped, ['1', '2', '3', '4', '5', 'x']);
  for (const bad of [
    `${path}x`,
    path.slice(0, -3),
    '/asked/a.b.c',
    `/asked/${surveyToken(w.hearten.seal, 'survey', newId(), row.id)}`,
    `/asked/${surveyToken(w.hearten.seal, 'no-questions', w.workspaceId, row.id)}`,
  ])
    assert.equal((await get(bad)).statusCode, 404, bad);
  signedIn = w.people.representative;
  assert.match((await press(path, { support: '5' })).body, /signed in as someone of the team/);
  signedIn = null;
  assert.equal((await press(path, { support: '6' })).statusCode, 200);
  assert.equal((await oneOf(id)).answers, null);
  await w.tx((t) =>
    t.run(
      sql`update survey_ask set at = now() - interval '2 years' where workspace_id = ${w.workspaceId} and id = ${row.id}`,
    ),
  );
  assert.equal((await get(path)).statusCode, 410);
  assert.equal((await press(path, { support: '5' })).statusCode, 410);
  assert.equal((await oneOf(id)).answers, null);
  await on(id, false);
});

test('one ask a customer in fourteen days over everything: surveys, the question in answers, and customers who became one', async () => {
  const [id, other] = [await make(), await make({ kind: 'ces' })];
  await on(id);
  await on(other);
  await w.tx((t) => t.run(sql`update workspace set asks_mood = true where id = ${w.workspaceId}`));
  const address = 'twice@people.example';
  const first = await ended(address);
  await take(id, first);
  await take(other, first);
  await take(id, first);
  const mine = (rows: Row[]) => rows.filter((row) => row.excluded === null).length;
  assert.deepEqual([mine(await turnsOf(id)), (await oneOf(other)).excluded], [1, 'asked lately']);
  // The question in the answer that resolves knows of it, too; and the other way round.
  const asks = async (to: string): Promise<boolean> => {
    const [made] = await w.receive({ from: { address: to, name: '' } });
    const messageId = newId();
    await w.tx((t) =>
      t.run(
        sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at) values (${w.workspaceId}, ${messageId}, ${made?.conversationId as string}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sending', 'There.', now())`,
      ),
    );
    return (await w.tx((t) => askIn(w.hearten, t, { id: messageId, only: [to], practice: false }))) !== null;
  };
  assert.equal(await asks(address), false);
  const felt = 'felt@people.example';
  assert.equal(await asks(felt), true);
  await take(id, await ended(felt));
  assert.equal((await oneOf(id)).excluded, 'asked lately');
  // Somebody who was asked under another address, and is one with them by now.
  const second = await ended('other-address@people.example');
  const whose = async (conversation: string) =>
    (
      await w.tx((t) =>
        t.first<{ id: string }>(
          sql`select customer_id as id from conversation where workspace_id = ${w.workspaceId} and id = ${conversation}`,
        ),
      )
    )?.id as string;
  await w.tx(async (t) => mergeCustomers(t, w.people.lead, await whose(first), await whose(second)));
  await take(id, second);
  assert.equal((await oneOf(id)).excluded, 'asked lately');
  await w.tx((t) => t.run(sql`update ask set at = now() - interval '15 days' where workspace_id = ${w.workspaceId}`));
  await take(other, second);
  assert.equal((await oneOf(other)).excluded, null);
  await w.tx((t) => t.run(sql`update workspace set asks_mood = false where id = ${w.workspaceId}`));
  await on(id, false);
  await on(other, false);
});

test('ten surveys at the same moment ask one customer once, and the nine others say why', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 10; i++) ids.push(await make({ name: `At once ${i}` }));
  const conversation = await ended('at-once@people.example');
  const running = (id: string): Running => ({
    id,
    kind: 'csat',
    moment: 'resolved',
    way: 'mail',
    share: 100,
    audience: { channels: [], brandIds: [], teamIds: [], tags: [], problemIds: [], languages: [] },
    questions: [],
    intro: '',
  });
  const said = await Promise.all(ids.map((id) => w.tx((t) => decide(t, () => s.channel, running(id), conversation))));
  assert.deepEqual(said.toSorted(), ['asked', ...Array(9).fill('asked lately')]);
  const mails = await w.tx((t) =>
    t.many(
      sql`select 1 from message where workspace_id = ${w.workspaceId} and conversation_id = ${conversation} and automatic`,
    ),
  );
  assert.equal(mails.length, 1);
});

test('why somebody was not asked is kept: spam, machines, no end, no audience, no share, no wish', async () => {
  const id = await make({ audience: { channels: ['email'], tags: ['vip'] } });
  await on(id);
  const why = async (conversation: string): Promise<string | null> => {
    await take(id, conversation);
    return (await oneOf(id)).excluded;
  };
  assert.equal(await why(await ended()), 'audience');
  await w.tx((t) =>
    changeSurvey(t, w.people.owner, id, {
      audience: { channels: ['email'], brandIds: [], teamIds: [], tags: [], problemIds: [], languages: [] },
    }),
  );
  const open = await ended();
  await w.tx((t) => setStatus(t, w.people.lead, open, 'open'));
  assert.equal(await why(open), 'not ended');
  const spam = await ended();
  await w.tx((t) =>
    t.run(sql`update conversation set folder = 'spam' where workspace_id = ${w.workspaceId} and id = ${spam}`),
  );
  assert.equal(await why(spam), 'spam');
  assert.equal(await why(await ended(undefined, { automatic: true, kind: 'auto_reply' })), 'never wrote');
  const blocked = await ended('no@blocked.example');
  await w.tx((t) =>
    t.run(
      sql`insert into blocked_sender (workspace_id, id, pattern) values (${w.workspaceId}, ${newId()}, '@blocked.example')`,
    ),
  );
  assert.equal(await why(blocked), 'blocked');
  await w.tx((t) => t.run(sql`update survey set share = 1 where workspace_id = ${w.workspaceId} and id = ${id}`));
  const few = [];
  for (let i = 0; i < 4; i++) few.push(await why(await ended()));
  assert.ok(few.includes('sampling'), few.join());
  await w.tx((t) => t.run(sql`update survey set share = 100 where workspace_id = ${w.workspaceId} and id = ${id}`));
  // Who ended all questions by the mail program's own button is asked nothing more, and may be asked again when they say so.
  const address = 'enough@people.example';
  assert.equal(await why(await ended(address)), null);
  const stop = `/no-questions/${surveyToken(w.hearten.seal, 'no-questions', w.workspaceId, (await oneOf(id)).id)}`;
  assert.match((await get(stop)).body, /No more questions\?/);
  await w.tx((t) => t.run(sql`update ask set at = now() - interval '20 days' where workspace_id = ${w.workspaceId}`));
  await press(stop, { 'List-Unsubscribe': 'One-Click' });
  assert.equal(await why(await ended(address)), 'unsubscribed');
  await press(stop, { questions: 'on' });
  assert.equal(await why(await ended(address)), null);
  assert.equal((await get(`${stop}x`)).statusCode, 404);
  await on(id, false);
});

test('a survey of chats asks nobody who wrote by mail; one that asks where the conversation was asks them by mail', async () => {
  const [chats, both] = [await make({ way: 'chat' }), await make({ way: 'both' })];
  await on(chats);
  await on(both);
  const conversation = await ended('by-mail@people.example');
  await take(chats, conversation);
  await take(both, conversation);
  assert.equal((await oneOf(chats)).excluded, 'no chat');
  const asked = (await turnsOf(both, conversation)).at(-1);
  assert.equal(asked?.excluded, null);
  assert.ok(asked?.message_id);
  await on(chats, false);
  await on(both, false);
});

test('a rhythm asks whoever was helped, each once in its days, and switched off it asks nobody', async () => {
  const id = await make({ kind: 'nps', moment: 'rhythm', everyDays: 30 });
  assert.equal(await surveyRound(w.hearten, () => s.channel, w.workspaceId, id), 0);
  const conversation = await ended('rhythm@people.example');
  const unanswered = await ended('nobody-answered@people.example');
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at, sent_at) values (${w.workspaceId}, ${newId()}, ${conversation}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sent', 'There.', now(), now())`,
    ),
  );
  await on(id);
  const asked = await surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  assert.ok(asked > 0);
  assert.equal((await turnsOf(id, conversation)).length, 1);
  assert.equal((await turnsOf(id, unanswered)).length, 0);
  assert.equal(await surveyRound(w.hearten, () => s.channel, w.workspaceId, id), 0);
  await on(id, false);
});

test('once somebody was asked, what was asked stays, and the survey cannot be deleted', async () => {
  const id = await make();
  await on(id);
  await take(id, await ended());
  await assert.rejects(
    w.tx((t) => changeSurvey(t, w.people.owner, id, { kind: 'nps' })),
    /cannot be counted together/,
  );
  await assert.rejects(
    w.tx((t) => changeSurvey(t, w.people.owner, id, { running: false, saw: 1 })),
    /Somebody changed this survey/,
  );
  await on(id, false);
});

test('glad words are offered to be shown, others are not, and changed to worse they are offered no more', async () => {
  const id = await make();
  await on(id);
  const ask = async (): Promise<string> => {
    await take(id, await ended());
    return pathOf((await oneOf(id)).id);
  };
  const offered = async (): Promise<number> =>
    (await w.tx((t) => t.many(sql`select 1 from praise where workspace_id = ${w.workspaceId}`))).length;
  const before = await offered();
  assert.ok(!(await press(await ask(), { support: '5' })).body.includes('/my-praise/'), 'no words');
  assert.ok(!(await press(await ask(), { support: '2', words: 'Slow.' })).body.includes('/my-praise/'), 'not glad');
  const path = await ask();
  const glad = await press(path, { support: '5', words: 'Quick!' });
  assert.match(glad.body, /May others read this\?[\s\S]*action="\/my-praise\//);
  assert.equal(await offered(), before + 1);
  await press(path, { support: '1', words: 'Quick!' }, browserOf(glad));
  assert.equal(await offered(), before);
  await on(id, false);
});

test('nobody can ask one customer again or leave one out: no endpoint does, whatever it is called', () => {
  const keys = Object.keys(endpoints).filter((key) => /survey|mood(?!-model)|asking|\bask/.test(key));
  assert.deepEqual(keys.toSorted(), [
    'DELETE /surveys/:id',
    'GET /conversations/:id/mood',
    'GET /surveys',
    'GET /surveys/:id',
    'GET /surveys/:id/results',
    'GET /surveys/:id/turns',
    'GET /workspace/asking',
    'PATCH /surveys/:id',
    'POST /surveys',
    'POST /surveys/preview',
    // What the start was; the end is the customer's own.
    'PUT /conversations/:id/mood',
  ]);
});

test('a process that dies while it asks has asked nobody, and asks them once when it is back', async () => {
  const id = await make();
  await on(id);
  const conversation = await ended();
  await assert.rejects(
    w.tx(async (t) => {
      await surveyTurn(t, () => s.channel, id, conversation);
      throw new Error('killed');
    }),
  );
  const mails = () =>
    w.tx((t) =>
      t.many(
        sql`select 1 from message where workspace_id = ${w.workspaceId} and conversation_id = ${conversation} and automatic`,
      ),
    );
  await take(id, conversation);
  await take(id, conversation);
  assert.deepEqual([(await turnsOf(id, conversation)).length, (await mails()).length], [1, 1]);
  await on(id, false);
});
