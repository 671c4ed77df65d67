import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatFelt, ChatLink, MoodEnd, Survey, SurveyResults } from '@hearten/contract';
import { type ChatHouse, chatHouse, type Widget, widget } from '../../../test/chat.ts';
import { eventually } from '../../../test/room.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { askIn } from '../../mood/index.ts';

let house: ChatHouse;
before(async () => {
  house = await chatHouse();
  await asks(true);
});
after(async () => house?.end());

const asks = async (on: boolean): Promise<void> => {
  const { status } = await house.ask('PATCH', '/workspace', { asksMood: on });
  assert.equal(status, 200);
};
const begun = async (token?: string): Promise<{ token: string; chat: string; id: string }> => {
  const whose = token ?? (await house.visit()).body.token;
  const said = await house.say(whose, 'My lamp hums.');
  return { token: whose, chat: said.body.chat, id: (await house.conversationOf(said.body.chat)).id };
};
const answered = async (id: string): Promise<string> =>
  (
    await house.ask<{ message: { id: string } }>('POST', `/conversations/${id}/replies`, {
      text: 'A new driver is on its way.',
    })
  ).body.message.id;
/** How long an answer waits to be read in the chat before it goes by mail, seconds. */
const waits = (mailAfter: number) => house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { mailAfter } });
const put = async (id: string, status: string): Promise<void> => {
  const done = await house.ask('POST', `/conversations/${id}/status`, { status });
  assert.equal(done.status, 200, JSON.stringify(done.body));
};
const resolved = async (token?: string): Promise<{ token: string; chat: string; id: string; answer: string }> => {
  const one = await begun(token);
  const answer = await answered(one.id);
  await put(one.id, 'resolved');
  return { ...one, answer };
};
const asked = async (token: string, chat: string): Promise<ChatFelt | null> => {
  const told = await house.as<{ felt: ChatFelt | null }>(token, 'POST', `/chats/${chat}/ask`, {});
  assert.equal(told.status, 200, JSON.stringify(told.body));
  return told.body.felt;
};
const say = (token: string, chat: string, said: object) =>
  house.as<{ detail?: string; link?: ChatLink | null }>(token, 'PUT', `/chats/${chat}/felt`, said);
const endOf = async (id: string): Promise<MoodEnd | null> =>
  (await house.ask<{ end: MoodEnd | null }>('GET', `/conversations/${id}/mood`)).body.end;
/** The mail of an answer asks, or not. */
const byMail = async (conversationId: string, messageId: string): Promise<boolean> => {
  const { hearten } = house.running();
  const [desk] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = String(desk?.id);
  const [home] = await hearten.db.read<{ address: string }>(
    w,
    sql`select customer_address as address from conversation where workspace_id = ${w} and id = ${conversationId}`,
  );
  const only = [String(home?.address)];
  return (await hearten.db.tx(w, (t) => askIn(hearten, t, { id: messageId, only, practice: false }))) !== null;
};
const rowsOf = async (messageId: string): Promise<number> => {
  const { hearten } = house.running();
  const [desk] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = String(desk?.id);
  const [row] = await hearten.db.read<{ n: number }>(
    w,
    sql`select count(*)::int as n from mood_ask where workspace_id = ${w} and message_id = ${messageId}`,
  );
  return row?.n ?? 0;
};
const statusOf = (chat: string) => (w: Widget) =>
  w.frames
    .flatMap((frame) => (frame.type === 'lines' ? [frame.chat] : frame.type === 'ready' ? frame.chats : []))
    .findLast((one) => one.id === chat)?.status;

test('A visitor whose conversation is over is asked in the chat; one tap answers, a face and words add to it, and it may be changed', async () => {
  const { token, chat, id } = await begun();
  await answered(id);
  assert.equal(await asked(token, chat), null, 'while it goes on nobody asks');
  const open = widget(house, token, [chat]);
  await open.until((w) => w.lines.length === 2);
  await put(id, 'resolved');
  await open.until((w) => statusOf(chat)(w) === 'closed');
  const felt = await asked(token, chat);
  assert.deepEqual(
    [felt?.question, felt?.answers.map((one) => one.word), felt?.faces.length, felt?.compared],
    ['Compared with before this happened, how do you feel now?', ['Better', 'The same', 'Worse'], 5, null],
  );
  assert.equal((await endOf(id))?.state, 'silent', 'asked, and not answered');
  assert.equal((await say(token, chat, { compared: 'worse' })).status, 200);
  assert.equal((await say(token, chat, { compared: 'better', value: 5, words: 'Quick.' })).status, 200);
  const end = await endOf(id);
  assert.deepEqual([end?.state, end?.compared, end?.value, end?.words], ['answered', 'better', 5, 'Quick.']);
  const later = await asked(token, chat);
  assert.deepEqual([later?.compared, later?.value, later?.words], ['better', 5, 'Quick.'], 'as it was said');
  // It goes on: nobody is asked any more, and the widget is told.
  await house.say(token, 'One more thing', chat);
  await open.until((w) => statusOf(chat)(w) === 'open');
  assert.equal(await asked(token, chat), null);
  assert.equal((await say(token, chat, { compared: 'same' })).status, 409);
  open.close();
});

test('A stranger neither sees the question of somebody else nor answers it, and what is no answer is refused', async () => {
  const { token, chat, id } = await resolved();
  await asked(token, chat);
  const other = (await house.visit()).body.token;
  assert.equal((await house.as(other, 'POST', `/chats/${chat}/ask`, {})).status, 404);
  assert.equal((await say(other, chat, { compared: 'worse' })).status, 404);
  for (const wrong of [{}, { compared: 'fine' }, { compared: 'better', value: 6 }, { compared: 'same', value: 1.5 }])
    assert.equal((await say(token, chat, wrong)).status, 400, JSON.stringify(wrong));
  assert.equal((await house.as(token, 'POST', '/chats/nothing/ask', {})).status, 404);
  assert.equal((await endOf(id))?.state, 'silent');
});

test('Nobody is asked twice: not in another conversation within the days, not by mail after the chat, not in the chat after a mail, not in two tabs', async () => {
  const first = await resolved();
  const both = await Promise.all([asked(first.token, first.chat), asked(first.token, first.chat)]);
  assert.ok(both[0] && both[1], 'two tabs show the one question');
  assert.equal(await byMail(first.id, first.answer), false, 'the mail of the same answer asks nothing');
  const second = await resolved(first.token);
  assert.equal(await asked(second.token, second.chat), null, 'asked lately');
  assert.equal((await endOf(second.id))?.why, 'asked lately');

  const third = await resolved();
  assert.ok(await byMail(third.id, third.answer));
  assert.equal(await asked(third.token, third.chat), null, 'asked by mail already');
});

test('Where the company does not ask, looking at a chat that is over asks nothing and leaves nothing behind', async () => {
  await asks(false);
  await waits(1);
  const { token, chat, id } = await resolved();
  assert.equal(await asked(token, chat), null);
  await eventually(async () => (await endOf(id))?.why === 'off');
  assert.equal(await asked(token, chat), null);
  assert.equal((await endOf(id))?.why, 'off');
  await waits(60);
  await asks(true);
});

test('Whoever does not look at a chat again was not asked, because they were not there; looking at it they are, in two tabs once, and silent', async () => {
  await waits(1);
  const { token, chat, id, answer } = await resolved();
  await eventually(async () => (await endOf(id))?.why === 'not there');
  assert.equal((await endOf(id))?.state, 'not asked');
  const both = await Promise.all([asked(token, chat), asked(token, chat)]);
  assert.ok(both[0]?.question && both[1]?.question);
  assert.deepEqual([(await endOf(id))?.state, (await endOf(id))?.why], ['silent', null]);
  assert.equal(await rowsOf(answer), 1, 'what was booked before is gone');
  await say(token, chat, { compared: 'same' });
  assert.equal((await endOf(id))?.state, 'answered');
  await waits(60);
});

const page = async (path: string, body?: Record<string, string>): Promise<{ status: number; text: string }> => {
  const reply = await fetch(`${house.url}${path}`, body ? { method: 'POST', body: new URLSearchParams(body) } : {});
  return { status: reply.status, text: await reply.text() };
};

test('Glad words of the chat may be shown to others once their writer agrees, and not before; what is not glad is not asked for', async () => {
  await asks(true);
  const { token, chat } = await resolved();
  await asked(token, chat);
  assert.equal((await say(token, chat, { compared: 'better', value: 5 })).body.link, null, 'no words, no praise');
  const { link } = (await say(token, chat, { compared: 'better', value: 5, words: 'Quick <b>and</b> kind.' })).body;
  assert.equal(link?.word, 'May others read this?');
  const shown = await page(String(link?.url));
  assert.match(shown.text, /Quick &lt;b&gt;and&lt;\/b&gt; kind\./);
  assert.match(shown.text, /Yes, show my words/);
  assert.deepEqual((await asked(token, chat))?.link, link, 'looked at again, it is still there');
  const other = (await house.visit()).body.token;
  assert.equal((await house.as(other, 'POST', `/chats/${chat}/ask`, {})).status, 404);
  const of = /name="of" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
  assert.match((await page(String(link?.url), { show: 'yes', of, name: '' })).text, /Others can read it now/);
  assert.equal((await asked(token, chat))?.link, null, 'whoever agreed is not asked again');
  assert.equal((await say(token, chat, { compared: 'worse', value: 1, words: 'Not so.' })).body.link, null);
  assert.equal((await page(String(link?.url))).status, 404, 'said otherwise, it is gone');
});

const survey = async (more: object = {}): Promise<string> => {
  const made = await house.ask<Survey>('POST', '/surveys', {
    ...{ name: 'How was it?', kind: 'csat', moment: 'resolved', way: 'chat', delayHours: 0, ...more },
  });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  assert.equal((await house.ask('PATCH', `/surveys/${made.body.id}`, { running: true })).status, 200);
  return made.body.id;
};
const off = (id: string) => house.ask('PATCH', `/surveys/${id}`, { running: false });
const found = async (id: string): Promise<SurveyResults> =>
  (await house.ask<SurveyResults>('GET', `/surveys/${id}/results`)).body;
const automatic = async (conversation: string): Promise<number> => {
  const { hearten } = house.running();
  const [desk] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const rows = await hearten.db.read(
    String(desk?.id),
    sql`select 1 from message where workspace_id = ${String(desk?.id)} and conversation_id = ${conversation} and automatic`,
  );
  return rows.length;
};

test('A survey that asks in the chat stands at the end of it, once, on a page of its own, and no mail goes out as well', async () => {
  await asks(false);
  const id = await survey();
  const { token, chat, id: conversation } = await resolved();
  const felt = await asked(token, chat);
  assert.deepEqual(
    [felt?.question, felt?.thanks, felt?.link?.word],
    ['', 'May we ask you something?', 'One short question'],
  );
  assert.deepEqual((await asked(token, chat))?.link, felt?.link, 'looked at twice, it is the one');
  const shown = await page(String(felt?.link?.url));
  assert.match(shown.text, /name="support"/);
  assert.match(shown.text, /href="\/no-questions\//);
  assert.doesNotMatch(shown.text, /passed on to you/);
  const before = await found(id);
  assert.deepEqual([before.whole.asked, before.whole.silent, before.whole.notAsked], [1, 1, 0]);
  assert.match((await page(String(felt?.link?.url), { support: '5', words: 'Fine.' })).text, /It is noted/);
  assert.equal(await asked(token, chat), null, 'answered');
  const { whole, byWay } = await found(id);
  assert.deepEqual([whole.answered, byWay.map((one) => [one.way, one.answered])], [1, [['chat', 1]]]);
  // Another conversation within the days: their turn comes, and they are not asked.
  const again = await resolved(token);
  assert.equal(await asked(token, again.chat), null);
  assert.deepEqual((await found(id)).notAsked, [{ why: 'asked lately', count: 1 }]);
  assert.equal(await automatic(conversation), 0);
  await off(id);
  const later = await resolved();
  assert.equal(await asked(later.token, later.chat), null, 'switched off it asks nobody');
});

test('Who left the chat is not asked, which is not silence, and gets no mail; back at it within the days they are, and nobody after the question how they feel', async () => {
  await asks(false);
  const id = await survey({ way: 'both' });
  const { token, chat, id: conversation } = await resolved();
  await eventually(async () => (await found(id)).whole.notAsked === 1);
  const away = await found(id);
  assert.deepEqual([away.whole.asked, away.notAsked], [0, [{ why: 'not there', count: 1 }]]);
  assert.equal(await automatic(conversation), 0);
  assert.ok((await asked(token, chat))?.link);
  const back = await found(id);
  assert.deepEqual([back.whole.asked, back.notAsked], [1, []]);

  await asks(true);
  const other = await resolved();
  const felt = await asked(other.token, other.chat);
  assert.ok(felt?.question);
  assert.equal(felt.link, null);
  assert.deepEqual((await found(id)).notAsked, [{ why: 'asked lately', count: 1 }]);
  await off(id);
});
