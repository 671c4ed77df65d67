import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatFelt, MoodEnd } from '@hearten/contract';
import { type ChatHouse, chatHouse, type Widget, widget } from '../../../test/chat.ts';
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
  house.as<{ detail?: string }>(token, 'PUT', `/chats/${chat}/felt`, said);
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
  const { token, chat, id } = await resolved();
  assert.equal(await asked(token, chat), null);
  assert.equal(await endOf(id), null);
  await asks(true);
});
