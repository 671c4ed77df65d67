import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import type { Desk } from '../../test/desk.ts';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../../test/sending-desk.ts';
import { type Sql, sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { parse } from '../channels/email/parse/index.ts';
import { setStatus } from '../conversations/change.ts';
import { replan } from '../conversations/plan.ts';
import { reply } from '../conversations/reply.ts';
import { retry } from '../conversations/retry.ts';
import { undo } from '../conversations/undo.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { unsubscribe } from '../mailings/unsubscribe.ts';
import { askIn, takeTurn } from '../mood/index.ts';
import { decide } from './decide.ts';
import { changeSurvey, makeSurvey } from './keep.ts';
import { surveyToken } from './link.ts';
import { surveyPages } from './public.ts';
import { surveyRound, surveyTurn } from './when.ts';

let s: SendingDesk;
let sink: Sink;
let w: Desk;
let app: FastifyInstance;
before(async () => {
  [s, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  w = s.desk;
  await s.smtp(w, sink.port);
  await s.work();
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  surveyPages(w.hearten)(
    app,
    async () => null,
    async () => null,
  );
});
after(async () => {
  await app.close();
  await s.end();
  await sink.stop();
});

const made = async (more: object = {}): Promise<string> => {
  const body = { name: 'How was it?', kind: 'csat', moment: 'resolved', delayHours: 0, ...more };
  const { id } = await w.tx((t) => makeSurvey(t, w.people.owner, body as never));
  await on(id);
  return id;
};
const on = (id: string, running = true) => w.tx((t) => changeSurvey(t, w.people.owner, id, { running }));
const wrote = async (address = `${newId()}@people.example`): Promise<string> =>
  (await w.receive({ from: { address, name: 'Claire' } }))[0]?.conversationId as string;
const put = (id: string, status: 'open' | 'resolved' | 'closed') =>
  w.tx((t) => setStatus(t, w.people.lead, id, status));
/** A person answered, that left, and it is over. */
const help = (id: string, left = true) =>
  w.tx(async (t) => {
    await t.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at, send_at, sent_at)
      values (${w.workspaceId}, ${newId()}, ${id}, ${w.inboxId}, 'out', ${w.people.lead.id}, ${left ? 'sent' : 'queued'}, 'It is there.', now(), now() + interval '1 hour', ${left ? new Date().toISOString() : null}::timestamptz)`);
    await t.run(
      sql`update conversation set status = 'resolved', resolved_at = now() where workspace_id = ${w.workspaceId} and id = ${id}`,
    );
  });
const helped = async (address?: string): Promise<string> => {
  const id = await wrote(address);
  await help(id);
  return id;
};
type Row = { id: string; excluded: string | null; conversation_id: string; words: string; score: number | null };
const turnsOf = (surveyId: string): Promise<Row[]> =>
  w.tx((t) =>
    t.many<Row>(
      sql`select id, excluded, conversation_id, words, score from survey_ask where workspace_id = ${w.workspaceId} and survey_id = ${surveyId} order by id`,
    ),
  );
/** Somebody who was just asked by this survey: what their link names. */
async function asked(surveyId: string): Promise<string> {
  const id = await wrote();
  // The turn is taken here, not by the job.
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved', resolved_at = now() where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  );
  await w.tx((t) => surveyTurn(t, () => s.channel, surveyId, id));
  const row = (await turnsOf(surveyId)).find((one) => one.conversation_id === id);
  assert.equal(row?.excluded, null);
  return row?.id as string;
}
const linkTo = (purpose: 'survey' | 'no-questions', id: string): string =>
  `/${purpose === 'survey' ? 'asked' : purpose}/${surveyToken(w.hearten.seal, purpose, w.workspaceId, id)}`;
const sent = (url: string, type: string, payload: string, cookie = ''): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': type, ...(cookie ? { cookie } : {}) },
    payload,
  });
const press = (url: string, body: Record<string, string>, cookie = '') =>
  sent(url, 'application/x-www-form-urlencoded', new URLSearchParams(body).toString(), cookie);
const browserOf = (answer: LightMyRequestResponse): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';

test('A conversation that is closed at once, or by a planned answer, has its turn like any other; closing what was resolved is none', async () => {
  const id = await made();
  const closed = await wrote();
  await put(closed, 'closed');
  const planned = await wrote();
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const later = await w.tx((t) =>
    reply(t, () => s.channel, w.people.lead, planned, { text: 'Tomorrow.', sendAt, after: 'resolved' } as never),
  );
  const { message } = JSON.parse(later.json) as { message: { id: string } };
  await w.tx((t) => replan(t, () => s.channel, w.people.lead, message.id, {}));
  await waited(async () => (await turnsOf(id)).length === 2, 20_000);
  assert.deepEqual(
    (await turnsOf(id)).map((row) => [row.conversation_id, row.excluded]).toSorted(),
    [
      [closed, null],
      [planned, null],
    ].toSorted(),
  );
  await put(planned, 'closed');
  const last = await wrote();
  await put(last, 'resolved');
  await waited(async () => (await turnsOf(id)).length === 3, 20_000);
  assert.equal((await turnsOf(id)).at(-1)?.conversation_id, last);
  await on(id, false);
});

test('A survey that asks at once waits for the answer that ended it: that asks its own question first, and taken back it asks nobody', async () => {
  const id = await made();
  await s.smtp(w, sink.port, { undoSeconds: 4 });
  await w.tx((t) => t.run(sql`update workspace set asks_mood = true where id = ${w.workspaceId}`));
  const resolve = async (one: string): Promise<string> => {
    const said = { text: 'It is there.', after: 'resolved' };
    const { json } = await w.tx((t) => reply(t, () => s.channel, w.people.lead, one, said as never));
    return (JSON.parse(json) as { message: { id: string } }).message.id;
  };
  const [kept, back] = [await wrote(), await wrote()];
  await resolve(kept);
  const taken = await resolve(back);
  for (const one of [kept, back]) await w.tx((t) => surveyTurn(t, () => s.channel, id, one));
  assert.deepEqual(await turnsOf(id), [], 'while it can be taken back');
  await w.tx((t) => undo(t, w.people.lead, taken));
  await waited(async () => (await turnsOf(id)).length === 2, 30_000);
  assert.deepEqual(
    new Map((await turnsOf(id)).map((row) => [row.conversation_id, row.excluded])),
    new Map([
      [kept, 'asked lately'],
      [back, 'not ended'],
    ]),
  );
  const asked = await w.tx((t) =>
    t.many<{ excluded: string | null }>(
      sql`select excluded from mood_ask where workspace_id = ${w.workspaceId} and conversation_id = ${kept}`,
    ),
  );
  assert.deepEqual(asked, [{ excluded: null }], 'the answer asked');
  await w.tx((t) => t.run(sql`update workspace set asks_mood = false where id = ${w.workspaceId}`));
  await s.smtp(w, sink.port);
  await on(id, false);
});

test('A survey’s mail that nobody took asked nobody, and something else may; sent once more it asked', async () => {
  const id = await made({ delayHours: 720 });
  sink.atRcpt = () => 550;
  const ask = await asked(id);
  const row = () =>
    w.tx((t) =>
      t.first<{ excluded: string | null; message_id: string; noted: boolean; conversation_id: string }>(sql`
        select s.excluded, s.message_id, s.conversation_id, exists (select 1 from ask a where a.workspace_id = s.workspace_id and a.id = s.id) as noted
        from survey_ask s where s.workspace_id = ${w.workspaceId} and s.id = ${ask}`),
    );
  await waited(async () => (await row())?.excluded === 'not delivered', 20_000);
  assert.equal((await row())?.noted, false);
  sink.atRcpt = () => undefined;
  const messageId = String((await row())?.message_id);
  await w.tx((t) => retry(t, () => s.channel, w.people.lead, messageId));
  await waited(async () => (await row())?.excluded === null, 20_000);
  assert.equal((await row())?.noted, true);
  // Said to have come back, and they answer all the same: they were asked.
  await w.tx((t) =>
    t.run(sql`update survey_ask set excluded = 'not delivered' where workspace_id = ${w.workspaceId} and id = ${ask}`),
  );
  await press(linkTo('survey', ask), { support: '5' });
  assert.deepEqual([(await row())?.excluded, (await turnsOf(id))[0]?.score], [null, 5]);
  await on(id, false);
});

test('The mail program’s own button ends all questions as a form of either kind (RFC 8058)', async () => {
  const id = await made({ moment: 'rhythm' });
  await on(id, false);
  const other = await made({ delayHours: 720 });
  const ask = await asked(other);
  const never = async (): Promise<number> =>
    (await w.tx((t) => t.many(sql`select 1 from never_asked where workspace_id = ${w.workspaceId}`))).length;
  const parts =
    '--AaB03x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--AaB03x--\r\n';
  const link = linkTo('no-questions', ask);
  await sent(link, 'multipart/form-data; boundary=AaB03x', parts.replace('One-Click', 'Nothing'));
  assert.equal(await never(), 0);
  assert.equal((await sent(link, 'multipart/form-data; boundary=AaB03x', parts)).statusCode, 200);
  assert.equal(await never(), 1);
  await press(link, { questions: 'on' });
  assert.equal(await never(), 0);
  await on(other, false);
});

test('The mail says what is true of everybody who gets it: that they wrote, not that they were answered', async () => {
  const id = await made();
  const closed = await wrote('never-answered@people.example');
  await put(closed, 'closed');
  const is = ({ raw }: { raw: string }) =>
    raw.includes('never-answered@people.example') && raw.includes('How was our help?');
  await waited(() => sink.ledger.some(is), 20_000);
  const mail = parse(Buffer.from(sink.ledger.find(is)?.raw ?? '', 'latin1'));
  assert.match(mail.text, /You get this because you wrote to Northwind Lamps\./);
  assert.ok(!mail.text.includes('answered you'));
  await on(id, false);
});

test('Customers who became one have ended it by any of their links, and may be asked again by any', async () => {
  const id = await made({ delayHours: 720 });
  const [one, two] = [await asked(id), await asked(id)];
  const whose = (ask: string) =>
    w.tx(
      async (t) =>
        (
          await t.first<{ id: string }>(
            sql`select customer_id as id from survey_ask where workspace_id = ${w.workspaceId} and id = ${ask}`,
          )
        )?.id as string,
    );
  await press(linkTo('no-questions', one), { questions: 'off' });
  await w.tx(async (t) => mergeCustomers(t, w.people.lead, await whose(one), await whose(two)));
  const link = linkTo('no-questions', two);
  assert.match((await app.inject({ method: 'GET', url: link })).body, /It is ended/);
  assert.match((await press(link, { questions: 'on' })).body, /No more questions\?/);
  assert.equal((await w.tx(async (t) => takeTurn(t, await whose(one)))).never, false);
  await on(id, false);
});

test('Whoever ended news about problems is asked nothing, by a survey or in an answer', async () => {
  const address = 'no-news@people.example';
  const conversation = await wrote(address);
  const messageId = newId();
  await w.tx(async (t) => {
    const home = await t.first<{ id: string }>(
      sql`select customer_id as id from conversation where workspace_id = ${w.workspaceId} and id = ${conversation}`,
    );
    await unsubscribe(t, home?.id as string);
    await t.run(sql`update workspace set asks_mood = true where id = ${w.workspaceId}`);
    await t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at) values (${w.workspaceId}, ${messageId}, ${conversation}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sending', 'There.', now())`,
    );
  });
  assert.equal(
    await w.tx((t) => askIn(w.hearten, t, { id: messageId, only: [address], practice: false })),
    null,
    'in the answer',
  );
  const kept = await w.tx((t) =>
    t.first<{ excluded: string }>(
      sql`select excluded from mood_ask where workspace_id = ${w.workspaceId} and message_id = ${messageId}`,
    ),
  );
  assert.equal(kept?.excluded, 'unsubscribed');
  await w.tx((t) => t.run(sql`update workspace set asks_mood = false where id = ${w.workspaceId}`));
});

test('What a browser answered before can still be changed in it after it answered something else', async () => {
  const id = await made({ delayHours: 720 });
  const [one, two] = [linkTo('survey', await asked(id)), linkTo('survey', await asked(id))];
  const cookie = browserOf(await press(one, { support: '2' }));
  const after = browserOf(await press(two, { support: '3' }, cookie));
  await press(one, { support: '5' }, after);
  await press(two, { support: '4' }, after);
  assert.deepEqual(
    (await turnsOf(id)).map((row) => row.score),
    [5, 4],
  );
  await on(id, false);
});

test('What is no form is refused as such: nothing is noted, and nothing breaks', async () => {
  const id = await made({ delayHours: 720 });
  const ask = await asked(id);
  for (const body of ['{"support":5}', '{"support":"5","words":7}', '[]', '"5"'])
    for (const link of [linkTo('survey', ask), linkTo('no-questions', ask)])
      assert.equal((await sent(link, 'application/json', body)).statusCode, 415, body);
  assert.equal((await turnsOf(id))[0]?.score, null);
  await on(id, false);
});

test('A rhythm asks who wrote within a year, whatever was written to them since; and several processes take no more than a hundred an hour', async () => {
  const id = await made({ kind: 'nps', moment: 'rhythm', everyDays: 30 });
  const [old, late] = [await helped(), await helped()];
  await w.tx((t) =>
    t.run(
      sql`update message set at = now() - interval '2 years' where workspace_id = ${w.workspaceId} and conversation_id = ${old}`,
    ),
  );
  await surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  const whose = (await turnsOf(id)).map((row) => row.conversation_id);
  assert.deepEqual([whose.includes(old), whose.includes(late)], [false, true]);
  await w.tx((t) =>
    t.run(sql`
      insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, channel, turn, excluded)
      select workspace_id, gen_random_uuid(), survey_id, conversation_id, customer_id, channel, now() + make_interval(secs => n), 'sampling'
      from (select * from survey_ask where workspace_id = ${w.workspaceId} and survey_id = ${id} limit 1) a, generate_series(1, 100) n`),
  );
  const next = await helped();
  await surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  assert.ok(!(await turnsOf(id)).some((row) => row.conversation_id === next), 'this hour had its hundred');
  await w.tx((t) =>
    t.run(
      sql`update survey_ask set at = at - interval '1 hour' where workspace_id = ${w.workspaceId} and survey_id = ${id}`,
    ),
  );
  await surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  assert.ok((await turnsOf(id)).some((row) => row.conversation_id === next));
  await on(id, false);
});

test('A rhythm asks nobody who still waits: not in the open conversation, not without an answer that left, not while another is open', async () => {
  const id = await made({ kind: 'nps', moment: 'rhythm', everyDays: 30 });
  const round = () => surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  const had = async (one: string) =>
    (await turnsOf(id)).filter((row) => row.conversation_id === one).map((row) => row.excluded);
  await round();
  const open = await wrote('waits@people.example');
  const unanswered = await wrote();
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved', resolved_at = now() where workspace_id = ${w.workspaceId} and id = ${unanswered}`,
    ),
  );
  const onItsWay = await wrote();
  await help(onItsWay, false);
  const again = await wrote('two@people.example');
  const over = await helped('two@people.example');
  await round();
  for (const one of [open, unanswered, onItsWay, again, over])
    assert.deepEqual(await had(one), [], 'it is not their turn');

  await help(open);
  await help(again);
  await round();
  assert.deepEqual(await had(open), [null], 'helped, it is their turn, and nothing was kept against them');
  assert.deepEqual([...(await had(again)), ...(await had(over))], [null]);
  // Looked at again between the round and their turn.
  const back = await helped();
  await put(back, 'open');
  const survey = { kind: 'nps', moment: 'rhythm', way: 'mail', share: 100, questions: [], intro: '' } as const;
  const audience = { channels: [], brandIds: [], teamIds: [], tags: [], problemIds: [], languages: [] };
  const turn = () =>
    w.tx((t) =>
      decide(t, () => s.channel, { id, ...survey, questions: [], audience }, back, { round: new Date().toISOString() }),
    );
  assert.equal(await turn(), 'not ended');
  await help(back);
  await round();
  assert.deepEqual(await had(back), ['not ended', null], 'what was no end keeps them from nothing');
  await on(id, false);
});

test('A rhythm reaches whoever never had a turn before those who did, and who was merged is asked once in its days', async () => {
  const id = await made({ kind: 'nps', moment: 'rhythm', everyDays: 30 });
  const round = () => surveyRound(w.hearten, () => s.channel, w.workspaceId, id);
  const change = (what: Sql) =>
    w.tx((t) => t.run(sql`update survey_ask set ${what} where workspace_id = ${w.workspaceId} and survey_id = ${id}`));
  const had = async (one: string) => (await turnsOf(id)).filter((row) => row.conversation_id === one).length;
  const early = await helped();
  await round();
  assert.equal(await had(early), 1);
  // All of them are due again, and one place of this hour is left.
  await change(
    sql`at = now() - interval '20 days', turn = turn - interval '20 days', excluded = 'asked lately', message_id = null`,
  );
  const fresh = await helped();
  await w.tx((t) =>
    t.run(sql`
      insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, channel, turn, excluded)
      select workspace_id, gen_random_uuid(), survey_id, conversation_id, customer_id, channel, now() + make_interval(secs => n), 'sampling'
      from (select * from survey_ask where workspace_id = ${w.workspaceId} and survey_id = ${id} order by id desc limit 1) a, generate_series(1, 99) n`),
  );
  await round();
  assert.equal(await had(fresh), 1, 'the newest customer had the one place');

  await change(
    sql`at = now() - interval '20 days', turn = turn - interval '20 days', excluded = 'sampling', message_id = null`,
  );
  const into = await helped();
  const [one, other] = await w.tx((t) =>
    t.many<{ customer_id: string }>(
      sql`select customer_id from conversation where workspace_id = ${w.workspaceId} and id = any (${[fresh, into]}::uuid[]) order by id = ${into}`,
    ),
  );
  await w.tx((t) => mergeCustomers(t, w.people.lead, one?.customer_id as string, other?.customer_id as string));
  await round();
  assert.deepEqual([await had(fresh), await had(into)], [1, 0], 'they had their turn, twenty of thirty days ago');
  await on(id, false);
});

test('Who may show words sees which they are: what was answered to the company’s own questions is never among them', async () => {
  const id = await made({
    delayHours: 720,
    questions: [{ kind: 'text', text: 'By which number do we reach you?', choices: [] }],
  });
  const page = await press(linkTo('survey', await asked(id)), {
    support: '5',
    own1: '0123 456',
    words: 'Quick & kind',
  });
  const [, offered = ''] = /<section class="praise">([\s\S]*?)<\/section>/.exec(page.body) ?? [];
  assert.match(offered, /<blockquote dir="auto">Quick &amp; kind<\/blockquote>/);
  const row = await w.tx((t) =>
    t.first<{ words: string }>(
      sql`select p.words from praise p join survey_ask a on a.workspace_id = p.workspace_id and a.id = p.source_id where p.workspace_id = ${w.workspaceId} and a.survey_id = ${id}`,
    ),
  );
  assert.equal(row?.words, 'Quick & kind');
  const only = await press(linkTo('survey', await asked(id)), { support: '5', own1: '0123 456' });
  assert.ok(!only.body.includes('/my-praise/'));
  await on(id, false);
});
