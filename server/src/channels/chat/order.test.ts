import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatLine } from '@hearten/contract';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';

let house: ChatHouse;
before(async () => {
  house = await chatHouse();
});
after(async () => house?.end());

/** Numbers that look random and are the same at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
const kept = async (token: string, chat: string): Promise<ChatLine[]> => {
  const all: ChatLine[] = [];
  for (let before = Number.MAX_SAFE_INTEGER, more = true; more; ) {
    const { body } = await house.as<{ items: ChatLine[]; more: boolean }>(
      token,
      'GET',
      `/chats/${chat}/lines?before=${before}`,
    );
    all.unshift(...body.items);
    [before, more] = [body.items[0]?.seq ?? 0, body.more];
  }
  return all;
};

test('C01: Lines cut again and again while both sides write: each widget has every line once, in the order of the database', async () => {
  const random = seeded(7);
  const { body } = await house.visit();
  const { chat } = (await house.say(body.token, 'Line 0')).body;
  const { id } = await house.conversationOf(chat);
  const tabs = [widget(house, body.token, [chat]), widget(house, body.token, [chat])];
  let going = true;
  const cutting = (async () => {
    while (going) {
      await sleep(20 + random() * 200);
      tabs[Math.floor(random() * tabs.length)]?.cut();
    }
  })();
  const team = (async () => {
    for (let n = 0; n < 12; n++) {
      const made = await house.ask('POST', `/conversations/${id}/replies`, { text: `Answer ${n}` });
      assert.equal(made.status, 201);
      await sleep(random() * 60);
    }
  })();
  const visitor = (async () => {
    for (let n = 0; n < 12; n++) {
      const said = { type: 'say' as const, chat, clientId: randomUUID(), text: `Word ${n}` };
      // Nobody knows whether what was sent before the cut has arrived: it is said again under its name.
      for (let tries = 0; tries < 50; tries++) {
        tabs[n % 2]?.send(said);
        const heard = await tabs[n % 2]
          ?.until((w) => w.lines.some((line) => line.clientId === said.clientId), 400)
          .catch(() => false);
        if (heard) break;
      }
      await sleep(random() * 60);
    }
  })();
  await Promise.all([team, visitor]);
  going = false;
  await cutting;
  const all = await kept(body.token, chat);
  assert.equal(all.length, 25);
  for (const tab of tabs) {
    await tab.until((w) => w.lines.at(-1)?.seq === all.at(-1)?.seq);
    assert.deepEqual(
      tab.lines.map((line) => [line.seq, line.text]),
      all.map((line) => [line.seq, line.text]),
    );
  }
  const seen = await house.ask<{ items: { type: string; text?: string }[] }>('GET', `/conversations/${id}`);
  const texts = seen.body.items.flatMap((item) => (item.type === 'in' || item.type === 'out' ? [item.text] : []));
  assert.deepEqual(
    texts,
    all.map((line) => line.text),
    'the team sees the same order',
  );
});

test('C02: A widget that was away for longer than one page of lines gets all of them when it is back', async () => {
  const { body } = await house.visit();
  const { chat } = (await house.say(body.token, 'First')).body;
  const { id } = await house.conversationOf(chat);
  const open = widget(house, body.token, [chat]);
  await open.until((w) => w.lines.length === 1);
  for (let n = 0; n < 120; n += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        house.ask('POST', `/conversations/${id}/replies`, { text: `Missed ${n + i}`, sendAnyway: true }),
      ),
    );
  const late = widget(house, body.token, [chat]);
  await late.until((w) => w.lines.length >= 121, 30_000);
  assert.deepEqual(
    late.lines.map((line) => line.seq),
    (await kept(body.token, chat)).map((line) => line.seq),
  );
  await open.until((w) => w.lines.length >= 121, 30_000);
  assert.equal(open.lines.length, 121);
});

test('C03: An answer that was begun before the visitor wrote on is stopped, and shows what it missed', async () => {
  const { body } = await house.visit();
  const { chat, id: first } = (await house.say(body.token, 'It hums.')).body;
  const { id } = await house.conversationOf(chat);
  await house.say(body.token, 'No, wait: it was the dimmer.', chat);
  const stopped = await house.ask<{ type: string; message: { text: string } }>('POST', `/conversations/${id}/replies`, {
    text: 'Send it in.',
    sawUpTo: first,
  });
  assert.deepEqual([stopped.status, stopped.body.message.text], [409, 'No, wait: it was the dimmer.']);
  assert.equal((await kept(body.token, chat)).length, 2);
});
