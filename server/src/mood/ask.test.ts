import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MoodEnd } from '@hearten/contract';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import type { Desk } from '../../test/desk.ts';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../../test/sending-desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { parse } from '../channels/email/parse/index.ts';
import { noteReport } from '../conversations/bounce.ts';
import { note, setStatus } from '../conversations/change.ts';
import { reply } from '../conversations/reply.ts';
import { retry } from '../conversations/retry.ts';
import { mergeCustomers, unmergeCustomers } from '../customers/merge.ts';
import { askIn } from './ask.ts';
import { inviteOf } from './invite.ts';
import { moodToken } from './link.ts';
import { publicPages } from './public.ts';
import { moodOf } from './say.ts';
import { takeTurn } from './turn.ts';

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
  await asks(true);
  app = fastify({ routerOptions: { maxParamLength: 300 } });
  const whoever = async (): Promise<Who | null> => signedIn;
  publicPages(w.hearten)(app, whoever, whoever);
});
after(async () => {
  await app.close();
  await s.end();
  await sink.stop();
});

const asks = (on: boolean): Promise<unknown> =>
  w.tx((t) => t.run(sql`update workspace set asks_mood = ${on} where id = ${w.workspaceId}`));
type Asked = { conversationId: string; messageId: string; address: string; token: string | null };
/** Someone wrote, and the answer that resolves it leaves. */
async function resolved(
  address = `${newId().slice(-8)}@people.example`,
  text = 'The lamp stays dark.',
): Promise<Asked> {
  const [made] = await w.receive({ text, from: { address, name: 'Claire' } });
  const conversationId = made?.conversationId as string;
  const messageId = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at) values (${w.workspaceId}, ${messageId}, ${conversationId}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sending', 'It is on its way.', now())`,
    ),
  );
  const asking = await w.tx((t) => askIn(w.hearten, t, { id: messageId, only: [address], practice: false }));
  return { conversationId, messageId, address, token: asking?.token ?? null };
}
const get = (url: string): Promise<LightMyRequestResponse> => app.inject({ method: 'GET', url });
const press = (token: string, body: Record<string, string>, cookie = ''): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url: `/felt/${token}/b`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
    payload: new URLSearchParams(body).toString(),
  });
const endOf = async (id: string): Promise<MoodEnd> => JSON.parse((await w.tx((t) => moodOf(t, id))).json).end;
const told = async (id: string): Promise<number> =>
  (
    await w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = 'conversation.felt'`,
      ),
    )
  )?.n ?? 0;
const browserOf = (answer: LightMyRequestResponse): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';

test('one tap is provisional, the button makes it an answer, twice is once, and it can be changed in the same browser', async () => {
  const asked = await resolved();
  const token = asked.token as string;
  assert.equal((await endOf(asked.conversationId)).state, 'silent');
  const page = await get(`/felt/${token}/s`);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /value="same" checked/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.ok(
    !page.body.includes('<script') && !page.body.includes(asked.address),
    'no script, and the address is masked',
  );
  assert.deepEqual(
    [(await endOf(asked.conversationId)).state, (await endOf(asked.conversationId)).compared],
    ['provisional', 'same'],
  );
  const first = await press(token, { compared: 'better', value: '5', words: '<b>Lovely</b>\u0000' });
  const cookie = browserOf(first);
  await press(token, { compared: 'better', value: '5', words: '<b>Lovely</b>' }, cookie);
  const end = await endOf(asked.conversationId);
  assert.deepEqual([end.state, end.compared, end.value, end.words], ['answered', 'better', 5, '<b>Lovely</b>']);
  assert.equal(await told(asked.conversationId), 1);
  assert.match(first.body, /&lt;b&gt;Lovely/);
  assert.match(first.body, /May others read this\?[\s\S]*action="\/my-praise\//, 'glad words may be shown');
  await press(token, { compared: 'worse', value: '', words: '' }, cookie);
  assert.deepEqual(
    [(await endOf(asked.conversationId)).compared, (await endOf(asked.conversationId)).value],
    ['worse', null],
  );
  // A mail that was passed on: another browser reads that it was answered, and changes nothing.
  const other = await press(token, { compared: 'better' });
  assert.match(other.body, /answered already/);
  assert.equal((await endOf(asked.conversationId)).compared, 'worse');
});

test('a program that follows every link, or the one nobody sees, says nothing; the person after it still can', async () => {
  const all = await resolved();
  for (const choice of ['b', 's', 'w']) await get(`/felt/${all.token}/${choice}`);
  assert.equal((await endOf(all.conversationId)).state, 'silent');
  const hidden = await resolved();
  for (const choice of ['b', 'x']) await get(`/felt/${hidden.token}/${choice}`);
  assert.equal((await endOf(hidden.conversationId)).state, 'silent');
  const heads = await resolved();
  await app.inject({ method: 'HEAD', url: `/felt/${heads.token}/b` });
  assert.equal((await endOf(heads.conversationId)).state, 'silent');
  await press(all.token as string, { compared: 'same' });
  assert.equal((await endOf(all.conversationId)).state, 'answered');
  assert.equal(await told(all.conversationId), 1);
});

test('forged, torn and old links note nothing, and whoever works here does not answer for a customer', async () => {
  const asked = await resolved();
  const token = asked.token as string;
  const others = moodToken(w.hearten.seal, newId(), token.split('.')[1] as string);
  for (const bad of [`${token}x`, token.slice(0, -3), others, 'a.b.c', token.replace(/\.[^.]*$/, '.')])
    assert.equal((await get(`/felt/${bad}/b`)).statusCode, 404, bad);
  assert.equal((await press(`${token}x`, { compared: 'better' })).statusCode, 404);
  assert.equal((await press(token, { compared: 'splendid' })).statusCode, 200);
  signedIn = w.people.representative;
  assert.match((await get(`/felt/${token}/b`)).body, /signed in as someone of the team/);
  await press(token, { compared: 'better' });
  signedIn = null;
  assert.equal((await endOf(asked.conversationId)).state, 'silent');
  await w.tx((t) =>
    t.run(
      sql`update mood_ask set at = now() - interval '2 years' where workspace_id = ${w.workspaceId} and message_id = ${asked.messageId}`,
    ),
  );
  assert.equal((await get(`/felt/${token}/b`)).statusCode, 410);
  assert.equal((await press(token, { compared: 'better' })).statusCode, 410);
  assert.equal((await endOf(asked.conversationId)).state, 'silent');
});

test('a customer is asked once in fourteen days, the same answer asks the same, and why nobody was asked is kept', async () => {
  const first = await resolved('claire@atelier.example');
  const again = await w.tx((t) => askIn(w.hearten, t, { id: first.messageId, only: [first.address], practice: false }));
  assert.equal(again?.token, first.token);
  const second = await resolved('claire@atelier.example');
  assert.equal(second.token, null);
  assert.deepEqual(
    [(await endOf(second.conversationId)).state, (await endOf(second.conversationId)).why],
    ['not asked', 'asked lately'],
  );
  await w.tx((t) =>
    t.run(
      sql`update ask set at = now() - interval '15 days' where workspace_id = ${w.workspaceId} and id = (select id from mood_ask where workspace_id = ${w.workspaceId} and message_id = ${first.messageId})`,
    ),
  );
  assert.notEqual((await resolved('claire@atelier.example')).token, null);
  // To a third person, or where asking is off, nobody is asked either.
  const [made] = await w.receive({ from: { address: 'bob@people.example', name: '' } });
  const aside = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, state, text) values (${w.workspaceId}, ${aside}, ${made?.conversationId as string}, ${w.inboxId}, 'out', 'sending', 'x')`,
    ),
  );
  assert.equal(
    await w.tx((t) => askIn(w.hearten, t, { id: aside, only: ['workshop@lights.example'], practice: false })),
    null,
  );
  assert.equal((await endOf(made?.conversationId as string)).why, 'not to them');
});

test('the question stands in the customer’s language, from right to left where that is how it is read', () => {
  const { text, html } = inviteOf(
    w.hearten.config,
    { token: 'T', language: 'ar' },
    { colour: '#0f5c44', on: '#ffffff' },
  );
  assert.match(
    html,
    /dir="rtl" lang="ar" style="text-align:right/,
    'said to programs that set all lines to the left, too',
  );
  assert.equal(text.split('\n').length, 4);
  assert.ok(html.includes('/felt/T/x') && !text.includes('/felt/T/x'), 'the hidden link is in the HTML alone');
  assert.ok(!/Better/.test(text), 'said in Arabic');
});

/** A customer wrote, we answer over SMTP; the mail as it arrived. */
async function answered(
  subject: string,
  after: 'resolved' | 'waiting',
): Promise<{ id: string; text: string; html: string }> {
  const [made] = await w.receive({ subject, from: { address: `${newId()}@people.example`, name: 'Claire' } });
  const id = made?.conversationId as string;
  await w.tx((t) => reply(t, () => s.channel, w.people.lead, id, { text: 'A new one is on its way.', after }));
  const is = ({ raw }: { raw: string }) => raw.includes(`Subject: Re: ${subject}\r\n`);
  await waited(() => sink.ledger.some(is), 20_000);
  const mail = parse(Buffer.from(sink.ledger.find(is)?.raw ?? '', 'latin1'));
  assert.match(mail.text, /A new one is on its way/);
  return { id, text: mail.text, html: mail.html ?? '' };
}
const linksIn = (text: string): string[] =>
  [...text.matchAll(/https?:\/\/[^\s"<>]+?(\/felt\/[\w.-]+\/[bswx])\b/g)].map(([, path]) => path as string);

test('an answer that resolves leaves with the links, in words and in HTML; one of them and the button come back as the answer', async () => {
  const { id, text, html } = await answered('Dark lamp', 'resolved');
  const links = linksIn(text);
  assert.deepEqual(
    links.map((path) => path.at(-1)),
    ['b', 's', 'w'],
  );
  assert.deepEqual(linksIn(html).slice(0, 3), links, 'the same three, and the hidden one behind them');
  assert.deepEqual(
    linksIn(html).map((path) => path.at(-1)),
    ['b', 's', 'w', 'x'],
  );
  assert.equal((await endOf(id)).state, 'silent');
  const better = links[0] as string;
  const page = await get(better);
  assert.match(page.body, /<form method="post">/);
  assert.match(page.body, /value="better" checked/);
  assert.equal((await endOf(id)).state, 'provisional');
  await press(better.split('/')[2] as string, { compared: 'better', value: '4', words: 'Quick!' });
  const end = await endOf(id);
  assert.deepEqual([end.state, end.compared, end.value, end.words], ['answered', 'better', 4, 'Quick!']);
  assert.equal(await told(id), 1);
});

/** Somebody who wrote, and an answer of ours that is on its way to them. */
async function replied(after: string | undefined, text = 'A new one is on its way.'): Promise<Asked> {
  const address = `${newId()}@people.example`;
  const [made] = await w.receive({ from: { address, name: 'Claire' } });
  const conversationId = made?.conversationId as string;
  const { json } = await w.tx((t) =>
    reply(t, () => s.channel, w.people.lead, conversationId, { text, ...(after ? { after } : {}) } as never),
  );
  return { conversationId, messageId: JSON.parse(json).message.id, address, token: null };
}
const stateOf = async ({ messageId }: Asked): Promise<string | undefined> =>
  (
    await w.tx((t) =>
      t.first<{ state: string }>(
        sql`select state from message where workspace_id = ${w.workspaceId} and id = ${messageId}`,
      ),
    )
  )?.state;
const becomes = (one: Asked, state: string) => waited(async () => (await stateOf(one)) === state, 20_000);
const whyOf = async ({ conversationId }: Asked): Promise<string | undefined | null> =>
  (await endOf(conversationId))?.why;
const put = (one: Asked, status: 'open' | 'resolved' | 'closed') =>
  w.tx((t) => setStatus(t, w.people.lead, one.conversationId, status));
const asksNoted = async ({ messageId }: Asked): Promise<number> =>
  (
    await w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from ask a join mood_ask m on m.workspace_id = a.workspace_id and m.id = a.id where a.workspace_id = ${w.workspaceId} and m.message_id = ${messageId}`,
      ),
    )
  )?.n ?? 0;
const mailTo = (address: string): string => sink.ledger.findLast((one) => one.to.includes(address))?.raw ?? '';
const asksIn = (raw: string): boolean => linksIn(parse(Buffer.from(raw, 'latin1')).text).length > 0;

test('What is resolved after its answer left, or closed before it did, ended and was not asked; with the answer on its way still it is asked', async () => {
  const plain = await replied('waiting');
  await becomes(plain, 'sent');
  assert.equal(await endOf(plain.conversationId), null);
  await put(plain, 'resolved');
  await waited(async () => (await whyOf(plain)) === 'no answer', 20_000);
  assert.equal((await endOf(plain.conversationId)).state, 'not asked');
  const counted = await w.tx((t) =>
    t.first<{ author_id: string; counts: boolean }>(
      sql`select author_id, counts from mood_ask where workspace_id = ${w.workspaceId} and message_id = ${plain.messageId}`,
    ),
  );
  assert.deepEqual([counted?.author_id, counted?.counts], [w.people.lead.id, true], 'it counts as ended');

  await s.smtp(w, sink.port, { undoSeconds: 3 });
  const early = await replied('waiting');
  await put(early, 'resolved');
  const closed = await replied('waiting');
  await put(closed, 'closed');
  const again = await replied('resolved');
  await put(again, 'open');
  await s.smtp(w, sink.port);
  for (const one of [early, closed, again]) await becomes(one, 'sent');
  await waited(async () => (await whyOf(closed)) === 'no answer', 20_000);
  assert.deepEqual([(await endOf(early.conversationId)).state, asksIn(mailTo(early.address))], ['silent', true]);
  assert.deepEqual([await endOf(again.conversationId), asksIn(mailTo(again.address))], [null, false]);
  await put(again, 'resolved');
  await waited(async () => (await whyOf(again)) === 'no answer', 20_000);
});

test('Put off while it was resolved, the answer asks also where the conversation is open again by the next try', async () => {
  sink.atRcpt = () => 451;
  const one = await replied('resolved');
  await becomes(one, 'deferred');
  assert.equal((await endOf(one.conversationId)).state, 'silent');
  await w.receive({ from: { address: one.address, name: '' }, text: 'And now?', token: one.conversationId });
  sink.atRcpt = () => undefined;
  await w.tx((t) => retry(t, () => s.channel, w.people.lead, one.messageId));
  await becomes(one, 'sent');
  assert.ok(asksIn(mailTo(one.address)), 'it says asked, and they were');
});

test('Whom the answer did not reach was not asked, and may be; sent once more it is decided anew, and an answer stands', async () => {
  sink.atRcpt = () => 550;
  const refused = await replied('resolved');
  await becomes(refused, 'failed');
  await waited(async () => (await whyOf(refused)) === 'not delivered', 20_000);
  assert.equal(await asksNoted(refused), 0);
  sink.atRcpt = () => undefined;
  await w.tx((t) => retry(t, () => s.channel, w.people.lead, refused.messageId));
  await becomes(refused, 'sent');
  assert.deepEqual([(await endOf(refused.conversationId)).state, await asksNoted(refused)], ['silent', 1]);

  const back = async (one: Asked): Promise<void> => {
    const row = await w.tx((t) =>
      t.first<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w.workspaceId} and id = ${one.messageId}`,
      ),
    );
    const about = [String(row?.external_id)];
    const report = { kind: 'bounce', hard: true, final: true, reason: 'No such mailbox' } as const;
    await w.tx((t) => noteReport(t, { ...report, about, recipients: [one.address] }));
    await becomes(one, 'bounced');
  };
  const bounced = await replied('resolved');
  await becomes(bounced, 'sent');
  const [link] = linksIn(parse(Buffer.from(mailTo(bounced.address), 'latin1')).text);
  await back(bounced);
  await waited(async () => (await whyOf(bounced)) === 'not delivered', 20_000);
  assert.equal(await asksNoted(bounced), 0);
  // It was passed on, and only the copy came back.
  const token = String(link).split('/')[2] as string;
  await press(token, { compared: 'better' });
  assert.deepEqual([(await endOf(bounced.conversationId)).state, await asksNoted(bounced)], ['answered', 1]);
});

test('Asked while two customers were one, each of them was asked also when that is taken back', async () => {
  const one = await replied('waiting');
  const address = `${newId()}@people.example`;
  const [other] = await w.receive({ from: { address, name: 'Claire' } });
  const customerOf = async (id: string): Promise<string> =>
    String(
      (
        await w.tx((t) =>
          t.first<{ id: string }>(
            sql`select customer_id as id from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
          ),
        )
      )?.id,
    );
  const [own, into] = [await customerOf(one.conversationId), await customerOf(other?.conversationId as string)];
  await becomes(one, 'sent');
  await w.tx((t) => mergeCustomers(t, w.people.lead, own, into));
  await waited(async () => (await customerOf(one.conversationId)) === into, 20_000);
  const asking = await w.tx((t) => askIn(w.hearten, t, { id: one.messageId, only: [one.address], practice: false }));
  assert.notEqual(asking, null);
  await w.tx((t) => unmergeCustomers(t, w.people.lead, own));
  assert.deepEqual(
    [(await w.tx((t) => takeTurn(t, own))).lately, (await w.tx((t) => takeTurn(t, into))).lately],
    [true, false],
  );
  // What came from their address while they were one stays where it is; that they were asked goes with the address.
  await w.tx((t) => mergeCustomers(t, w.people.lead, into, own));
  await w.tx((t) => t.run(sql`delete from ask where workspace_id = ${w.workspaceId} and customer_id = ${own}`));
  const later = await resolved(address);
  assert.equal(await customerOf(later.conversationId), own);
  assert.notEqual(later.token, null);
  await w.tx((t) => unmergeCustomers(t, w.people.lead, into));
  assert.deepEqual(
    [(await w.tx((t) => takeTurn(t, own))).lately, (await w.tx((t) => takeTurn(t, into))).lately],
    [false, true],
  );
});

test('an answer that resolves nothing, a note, and any answer where asking is off leave without a question', async () => {
  const open = await answered('Still open', 'waiting');
  assert.deepEqual(linksIn(open.text + open.html), []);
  await w.tx((t) => note(t, w.people.lead, open.id, { text: 'Let us wait.' }));
  assert.equal(await endOf(open.id), null);
  await asks(false);
  const off = await answered('Nobody asks', 'resolved');
  assert.deepEqual(linksIn(off.text + off.html), []);
  assert.deepEqual([(await endOf(off.id)).state, (await endOf(off.id)).why], ['not asked', 'off']);
});
