import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';

let house: ChatHouse;
before(async () => {
  house = await chatHouse();
});
after(async () => house?.end());

test('Words or files that are too many are refused in words, over HTTP and over a line, which stays; what a page tells is cut, and holds up nothing', async () => {
  const { token } = (await house.visit()).body;
  const line = widget(house, token);
  const said = { type: 'say' as const, chat: null, text: 'Hello', files: [] as string[] };
  const refused = async (more: { text: string } | { files: string[] }, words: RegExp): Promise<void> => {
    const clientId = crypto.randomUUID();
    line.send({ ...said, ...more, clientId });
    const frame = await line.until(({ frames }) =>
      frames.find((one) => one.type === 'refused' && one.clientId === clientId),
    );
    assert.match('text' in frame ? String(frame.text) : '', words);
    const { status, body } = await house.as<{ detail: string }>(token, 'POST', '/messages', {
      ...{ chat: null, clientId, text: 'Hello', ...more },
    });
    assert.deepEqual([status, words.test(body.detail)], [400, true], body.detail);
  };
  await refused({ text: 'x'.repeat(20_001) }, /too long. Nothing was sent/);
  await refused({ files: Array.from({ length: 12 }, () => crypto.randomUUID()) }, /More than ten files/);
  assert.equal(line.frames.filter(({ type }) => type === 'ready').length, 1, 'on the same line');

  const context = { ['k'.repeat(2_000)]: 'a long name', 'half \ud83d': 'of a pair \ud83d', order: '1042' };
  const clientId = crypto.randomUUID();
  line.send({ ...said, clientId, context });
  const kept = await line.until(({ frames }) => frames.find((one) => one.type === 'said' && one.clientId === clientId));
  const { id } = await house.conversationOf(kept.type === 'said' ? kept.chat : '');
  const { body } = await house.ask<{ items: { name?: string; data?: object }[] }>('GET', `/conversations/${id}`);
  assert.deepEqual(body.items.find((one) => one.name === 'conversation.context')?.data, {
    values: { ['k'.repeat(60)]: 'a long name', 'half \ufffd': 'of a pair \ufffd', order: '1042' },
  });
});
