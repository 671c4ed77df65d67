import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import type { Mood } from '@hearten/contract';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { isRefusedAs } from '../../base/errors.ts';
import type { EventRow } from '../../base/events.ts';
import { makeOutbound } from '../../base/outbound.ts';
import { readMoods } from '../read.ts';
import { moodOf, sayMood } from '../say.ts';
import { readAnswer } from './ask.ts';
import { keepModel, moodModel, tryModel } from './keep.ts';
import { readByModel, type ToRead } from './read.ts';

type Asked = { model: string; messages: { role: string; content: string }[]; response_format?: { type: string } };
type Answers = (asked: Asked, response: ServerResponse) => void;
let w: Desk;
let address = '';
let key: string | undefined;
const asked: Asked[] = [];
let answers: Answers;
const outbound = makeOutbound(['127.0.0.1/32']);

/** As llama.cpp, Ollama and vLLM answer: one choice with a message, and what it cost. */
const says =
  (content: string): Answers =>
  (of, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: of.model },
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
        usage: { prompt_tokens: 210, completion_tokens: 31, total_tokens: 241 },
      }),
    );
  };
const upset = says(
  '{"value": 1, "upset": true, "stuck": false, "confidence": 0.93, "why": ["still dark", "a word they never wrote"]}',
);

const server = createServer((request: IncomingMessage, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url !== '/v1/chat/completions' || request.method !== 'POST') return void response.writeHead(404).end();
    if (key && request.headers.authorization !== `Bearer ${key}`)
      return void response.writeHead(401).end('{"error":{}}');
    const of = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    asked.push(of);
    answers(of, response);
  });
});

before(async () => {
  w = await desk();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await w.end();
});
beforeEach(async () => {
  answers = upset;
  key = undefined;
  asked.length = 0;
  await w.tx((t) => keepModel(t, w.hearten.seal, { address, model: 'small' }));
});

const felt = async (id: string): Promise<{ start: Mood | null; latest: Mood | null }> =>
  JSON.parse((await w.tx((t) => moodOf(t, id))).json);
const model = async () => (await w.tx(moodModel)).model;
/** Something comes and is read here, as the reaction does; gives what the job is to ask about. */
async function comes(text: string, more: Partial<Parameters<Desk['receive']>[0]> = {}): Promise<ToRead> {
  const [made] = await w.receive({ text, ...more });
  const conversationId = made?.conversationId as string;
  const [event] = await w.tx((t) =>
    t.many<EventRow>(
      sql`select e.*, e.xid::text as xid from event e where e.workspace_id = ${w.workspaceId} and e.name = 'message.received' and e.conversation_id = ${conversationId} order by e.id desc limit 1`,
    ),
  );
  await w.tx((t) => readMoods(t, [event as EventRow]));
  return { conversationId, messageId: event?.message_id as string, stage: 'start' };
}
/** The customer writes again in the same conversation, after our answer if there was one. */
async function comesAgain({ conversationId }: ToRead, text: string, answered = true): Promise<ToRead> {
  const of = await w.tx(async (t) => {
    if (answered)
      await t.run(
        sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, state, text, at) select workspace_id, gen_random_uuid(), conversation_id, inbox_id, 'out', 'sent', 'We are on it.', now() from message where workspace_id = ${w.workspaceId} and conversation_id = ${conversationId} limit 1`,
      );
    return t.first<{ external_id: string; address: string }>(
      sql`select external_id, sender->>'address' as address from message where workspace_id = ${w.workspaceId} and conversation_id = ${conversationId} and type = 'in' order by at limit 1`,
    );
  });
  const [external, address] = [of?.external_id ?? '', of?.address ?? ''];
  const again = await comes(text, { inReplyTo: external, references: [external], from: { address, name: '' } });
  assert.equal(again.conversationId, conversationId);
  return { ...again, stage: answered ? 'latest' : 'start' };
}
const shownOf = async ({ conversationId: id }: ToRead): Promise<string | null | undefined> =>
  (
    await w.tx((t) =>
      t.first<{ mood: string | null }>(
        sql`select mood from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    )
  )?.mood;
const reads = (one: ToRead): Promise<void> => readByModel(w.hearten, outbound, w.workspaceId, one);
const waits = async (one: ToRead): Promise<boolean> =>
  (await w.jobAt(`mood-model:${one.conversationId}:${one.stage}`)) !== undefined;

test('A connected model is asked by a job; its value stands before what was read here, with its source, its confidence and the customer’s own words', async () => {
  const one = await comes('The lamp is still dark. Which bulb fits?');
  assert.equal((await felt(one.conversationId)).start?.source, 'text');
  assert.ok(await waits(one));
  await reads(one);
  const { start } = await felt(one.conversationId);
  assert.deepEqual([start?.value, start?.upset, start?.source, start?.confidence], [1, true, 'model', 0.93]);
  assert.deepEqual(start?.why?.words, ['still dark'], 'a word that nobody wrote is nobody’s reason');
  assert.equal(asked[0]?.model, 'small');
  assert.match(asked[0]?.messages[1]?.content ?? '', /^<<<\nThe lamp is still dark/);
  const [row] = await w.tx((t) =>
    t.many<{ mood: string }>(
      sql`select mood from conversation where workspace_id = ${w.workspaceId} and id = ${one.conversationId}`,
    ),
  );
  assert.equal(row?.mood, 'upset');
  assert.deepEqual([(await model())?.trouble, (await model())?.tookMs !== null], [null, true]);
});

test('A language that is not known here is read by the model alone', async () => {
  const one = await comes('Zażółć gęślą jaźń, lampa jest still dark i proszę o odpowiedź w sprawie zamówienia');
  assert.equal((await felt(one.conversationId)).start, null);
  await reads(one);
  assert.deepEqual([(await felt(one.conversationId)).start?.source], ['model']);
});

test('When it refuses, is gone, says nothing that can be read or does not know what it is asked, what was read here stands and the settings say so', async () => {
  const kinds: [string, Answers][] = [
    ['unreachable', (_, response) => void response.writeHead(503).end()],
    ['no-answer', says('I feel that this customer is rather sad.')],
    ['no-answer', says('{"value": 9, "confidence": 0.5}')],
    ['no-answer', (_, response) => void response.end('<html>')],
    ['unreachable', (_, response) => void response.destroy()],
  ];
  for (const [trouble, how] of kinds) {
    await w.tx((t) => keepModel(t, w.hearten.seal, { address, model: 'small' }));
    answers = how;
    const one = await comes('This is unacceptable, the third time nobody answers!');
    await reads(one);
    const { start } = await felt(one.conversationId);
    assert.deepEqual([start?.source, start?.value], ['text', 1], trouble);
    const now = await model();
    assert.deepEqual([now?.trouble, now?.failedAt !== null], [trouble, true]);
    const next = await comes('And which bulb fits the desk lamp?');
    assert.equal(await waits(next), false, 'for a minute it is left in peace');
  }
});

test('A key goes to the server it was given for, is sealed, and is never shown; a wrong one is told', async () => {
  key = 'sk-of-our-own';
  await w.tx((t) => keepModel(t, w.hearten.seal, { address, model: 'small', key: 'sk-of-our-own' }));
  assert.equal((await tryModel(w.hearten, outbound, w.workspaceId)).said?.value, 1);
  assert.equal((await model())?.hasKey, true);
  assert.equal(JSON.stringify(await model()).includes('sk-of'), false);
  const [row] = await w.tx((t) =>
    t.many<{ secret: Buffer }>(sql`select secret from mood_model where workspace_id = ${w.workspaceId}`),
  );
  assert.equal(row?.secret.includes('sk-of'), false);
  const audits = await w.tx((t) =>
    t.many<{ text: string }>(
      sql`select to_jsonb(a)::text as text from audit a where a.workspace_id = ${w.workspaceId}`,
    ),
  );
  assert.ok(
    audits.some(({ text }) => text.includes('mood_model')) && audits.every(({ text }) => !text.includes('sk-of')),
  );
  await w.tx((t) => keepModel(t, w.hearten.seal, { address, model: 'large' }));
  assert.equal((await model())?.hasKey, true, 'another model of the same server keeps it');
  key = 'sk-another';
  const tried = await tryModel(w.hearten, outbound, w.workspaceId);
  assert.deepEqual([tried.said, tried.model?.trouble], [null, 'refused']);
  await w.tx((t) => keepModel(t, w.hearten.seal, { address: 'http://elsewhere.example/v1', model: 'large' }));
  assert.equal((await model())?.hasKey, false);
});

test('A server in one’s own network is asked only where OUTBOUND_ALLOW names it, and a redirect leads nowhere', async () => {
  const kept = await tryModel(w.hearten, makeOutbound(), w.workspaceId);
  assert.deepEqual([kept.said, kept.model?.trouble, asked.length], [null, 'inward', 0]);
  answers = (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
  assert.equal((await tryModel(w.hearten, outbound, w.workspaceId)).model?.trouble, 'unreachable');
  await assert.rejects(
    w.tx((t) => keepModel(t, w.hearten.seal, { address: 'ftp://lamps.example', model: 'x' })),
    (error) => isRefusedAs(error, 'invalid'),
  );
});

test('A server that knows no wish for JSON is asked without it, and what a model thinks aloud is left out', async () => {
  answers = (of, response) => {
    if (of.response_format)
      return void response.writeHead(400).end('{"error":{"message":"response_format is not supported"}}');
    says(
      '<think>{"value": 5}</think>Here:\n```json\n{"value": 2, "upset": false, "stuck": true, "confidence": 0.7, "why": []}\n```',
    )(of, response);
  };
  assert.deepEqual((await tryModel(w.hearten, outbound, w.workspaceId)).said, { value: 2, confidence: 0.7 });
  assert.equal(readAnswer('{"value": 3.5, "confidence": 1}', 'x'), null);
});

test('A person’s word stands before the model’s; what was followed by something newer, or erased, is not spoken of', async () => {
  const one = await comes('The lamp is still dark, which bulb fits it?');
  await w.tx((t) => sayMood(t, w.people.lead, one.conversationId, { value: 4 }));
  await reads(one);
  assert.deepEqual(
    [(await felt(one.conversationId)).start?.source, (await felt(one.conversationId)).start?.value],
    ['person', 4],
  );
  const two = await comes('Which bulb fits the desk lamp in my office?');
  answers = (of, response) => {
    void w
      .tx((t) => t.run(sql`delete from message where workspace_id = ${w.workspaceId} and id = ${two.messageId}`))
      .then(() => upset(of, response));
  };
  await reads(two);
  assert.equal((await felt(two.conversationId)).start?.source, 'text');
});

test('A start that is read late holds what they wrote before our answer alone, and leaves the mark to how they felt since', async () => {
  const one = await comes('The lamp is still dark. Which bulb fits?', {
    from: { address: 'late@people.example', name: '' },
  });
  await comesAgain(one, 'Thank you so much, it works again!');
  assert.equal(await shownOf(one), null);
  await reads(one);
  assert.equal(asked[0]?.messages[1]?.content, '<<<\nThe lamp is still dark. Which bulb fits?\n>>>');
  const { start, latest } = await felt(one.conversationId);
  assert.deepEqual([start?.source, start?.upset, latest?.value], ['model', true, 5]);
  assert.equal(await shownOf(one), null);
});

test('What it read of an earlier message goes with its mark when something comes that only the model can read; it is asked about that', async () => {
  const polish = 'Zażółć gęślą jaźń i proszę o odpowiedź w sprawie mojego zamówienia';
  const one = await comes(polish, { from: { address: 'unread@people.example', name: '' } });
  await reads(one);
  assert.equal(await shownOf(one), 'upset');
  await comesAgain(one, polish, false);
  assert.deepEqual([(await felt(one.conversationId)).start, await shownOf(one)], [null, null]);

  await comesAgain(one, 'Which bulb fits the desk lamp?');
  const last = await comesAgain(one, polish);
  await reads(last);
  assert.equal((await felt(one.conversationId)).latest?.source, 'model');
});

test('While it is left in peace what waits already does not ask it either, and what an old key was refused is not told of the new one', async () => {
  answers = (_, response) => void response.writeHead(503).end();
  const all = [await comes('Which bulb fits my lamp?'), await comes('Which bulb fits the other lamp?')];
  for (const one of all) await reads(one);
  assert.equal(asked.length, 1);
  answers = (_, response) => {
    void w
      .tx((t) => keepModel(t, w.hearten.seal, { address, model: 'small', key: 'sk-new' }))
      .then(() => response.writeHead(401).end('{"error":{}}'));
  };
  await tryModel(w.hearten, outbound, w.workspaceId);
  assert.equal(asked.length, 2, 'who tries it asks all the same');
  assert.deepEqual([(await model())?.trouble, (await model())?.hasKey], [null, true]);
});
