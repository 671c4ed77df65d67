import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Address, Message, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { Json } from '../base/module.ts';
import type { Incoming, Verdict } from './channel.ts';
import { senderChecked } from './checked.ts';
import { deliver } from './deliver.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';
import { split } from './split.ts';
import { takePart } from './take-part.ts';

let w: Desk;
const channel = keepingChannel();
before(async () => {
  w = await desk();
});
after(() => w.end());

const said = (verdict: Verdict['verdict'], more: Partial<Verdict> = {}): Verdict => ({
  verdict,
  spf: null,
  dkim: verdict === 'verified' ? 'pass' : 'none',
  dmarc: null,
  arc: null,
  domain: 'example.org',
  by: 'us',
  checking: false,
  ...more,
});
const verified = said('verified');
const unverified = said('unverified');
const person = (address: string, name = ''): Address => ({ address, name });
let n = 0;
/** A customer's conversation, begun by a proven mail. */
async function conversation(more: Partial<Incoming> = {}): Promise<{ id: string; ana: Address; first: string }> {
  const ana = person(`ana${++n}@example.org`, 'Ana Real');
  const first = `first-${n}@example.org`;
  const [made] = await w.receive({ from: ana, externalId: first, authentication: verified, ...more });
  return { id: made?.conversationId as string, ana, first };
}
/** The answer of a person, handed to the channel as it would leave. */
async function answer(id: string, more: { quote?: boolean } = {}) {
  const made = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'We look into it.', ...more }))).json,
  ) as { message: Message };
  await deliver(w.hearten, () => channel, w.workspaceId, made.message.id);
  const sent = channel.sent.at(-1);
  assert.equal(sent?.id, made.message.id);
  return sent as NonNullable<typeof sent>;
}
const opened = async (id: string): Promise<Opened> =>
  JSON.parse(((await w.tx((t) => openConversation(t, w.people.lead, id))) as Json).json) as Opened;
const messages = async (id: string): Promise<Message[]> =>
  (await opened(id)).items.filter((item): item is Message => item.type !== 'event');
const parts = async (id: string): Promise<string[]> => (await opened(id)).participants.map((a) => a.address);

test('ticket trick: a service’s mail to the reply address of a stranger’s conversation does not get into it, and is quoted to nobody', async () => {
  // The attacker puts the service in copy, so that its address takes part, and gives it our reply address as their own.
  const robot = person('welcome@service.example', 'Service');
  const { id } = await conversation({ cc: [robot] });
  assert.deepEqual(await parts(id), [robot.address]);
  const [code] = await w.receive({ from: robot, token: id, text: 'Your code is 424242', authentication: verified });
  assert.equal(code?.outcome, 'created');
  assert.notEqual(code?.conversationId, id);
  const sent = await answer(id, { quote: true });
  assert.ok(!JSON.stringify(sent).includes('424242'));
});

test('ticket trick: a machine’s mail that did get into a conversation is not quoted in the answer', async () => {
  const robot = person('accounts@service.example', 'Service');
  const { id, first } = await conversation({ cc: [robot] });
  const [code] = await w.receive({
    from: robot,
    inReplyTo: first,
    text: 'Your code is 171717',
    automatic: true,
    authentication: verified,
  });
  assert.equal(code?.conversationId, id);
  assert.equal((await answer(id, { quote: true })).quoted, null);
});

test('ticket trick: what one wrote is quoted only in an answer that goes to them', async () => {
  const friend = person('friend@example.net');
  const { id, first } = await conversation({ cc: [friend] });
  await w.receive({ from: friend, inReplyTo: first, text: 'Between us', authentication: verified });
  await w.tx((t) => takePart(t, w.people.lead, id, { remove: [friend.address] }));
  assert.equal((await answer(id, { quote: true })).quoted, null);
});

test('somebody in copy who wrote before still comes home by the reply address alone', async () => {
  const friend = person('partner@example.net');
  const { id, first, ana } = await conversation({ cc: [friend] });
  await w.receive({ from: friend, inReplyTo: first, authentication: verified });
  const [again] = await w.receive({ from: friend, token: id, authentication: verified });
  assert.equal(again?.conversationId, id);
  const [own] = await w.receive({ from: ana, token: id, authentication: verified });
  assert.equal(own?.conversationId, id, 'the customer always does');
});

test('CC takeover: an unproven mail in the customer’s name adds nobody to what was written before', async () => {
  for (const authentication of [unverified, said('failed'), said('unknown'), said('unknown', { checking: true })]) {
    const { id, ana } = await conversation();
    await answer(id);
    const thief = person('thief@evil.example');
    await w.receive({ from: ana, token: id, cc: [thief], replyTo: person('drop@evil.example'), authentication });
    assert.deepEqual(await parts(id), []);
    const sent = await answer(id);
    assert.deepEqual(
      [sent.to, sent.cc].flat().map((a) => a.address),
      [ana.address],
    );
    const shown = (await messages(id)).find((m) => m.cc.length > 0);
    assert.deepEqual(
      shown?.authentication?.withheld.map((a) => a.address).sort(),
      ['drop@evil.example', thief.address],
      'the message says who was left out',
    );
    // Who was left out can't come in by themselves.
    const [knock] = await w.receive({ from: thief, token: id, inReplyTo: sent.externalId, authentication: verified });
    assert.notEqual(knock?.conversationId, id);
  }
});

test('CC takeover: splitting at an unproven mail brings nobody along who did not take part', async () => {
  const friend = person('friend@example.org');
  const { id, ana } = await conversation({ cc: [friend] });
  const thief = person('thief@evil.example');
  const [mail] = await w.receive({
    from: ana,
    token: id,
    cc: [thief, friend],
    authentication: unverified,
    text: 'Quite another matter.',
  });
  const made = JSON.parse((await w.tx((t) => split(t, w.people.lead, mail?.id as string, false))).json) as {
    conversation: { id: string };
  };
  assert.deepEqual(await parts(made.conversation.id), [friend.address]);
  const sent = await answer(made.conversation.id);
  assert.ok(!JSON.stringify([sent.to, sent.cc]).includes(thief.address));
  const [knock] = await w.receive({ from: thief, inReplyTo: sent.externalId, authentication: verified });
  assert.notEqual(knock?.conversationId, made.conversation.id);
});

test('CC takeover: a person’s yes takes them in, and can be taken back', async () => {
  const { id, ana } = await conversation();
  const colleague = person('colleague@example.org');
  await w.receive({ from: ana, token: id, cc: [colleague, person(w.inboxAddress)], authentication: unverified });
  assert.deepEqual(await parts(id), []);
  await w.tx((t) => takePart(t, w.people.lead, id, { add: [colleague, person(w.inboxAddress)] }));
  assert.deepEqual(await parts(id), [colleague.address], 'our own inbox never takes part');
  assert.deepEqual(
    (await answer(id)).cc.map((a) => a.address),
    [colleague.address],
  );
  await w.tx((t) => takePart(t, w.people.lead, id, { remove: [colleague.address] }));
  assert.deepEqual(await parts(id), []);
});

test('a proven customer adds people as ever, also when the proof comes a moment later', async () => {
  const { id, ana } = await conversation();
  const colleague = person('boss@example.org');
  const [late] = await w.receive({
    from: ana,
    token: id,
    cc: [colleague],
    authentication: said('unknown', { checking: true }),
  });
  assert.deepEqual(await parts(id), []);
  await w.tx((t) => senderChecked(t, late?.id as string, verified));
  assert.deepEqual(await parts(id), [colleague.address]);
  const shown = (await messages(id)).find((m) => m.id === late?.id)?.authentication;
  assert.deepEqual([shown?.verdict, shown?.checking, shown?.withheld], ['verified', false, []]);
});

test('who opens a conversation may bring others along unless refuted; but not lead the answers elsewhere', async () => {
  const friend = person('friend@example.com');
  const drop = person('drop@evil.example');
  for (const [verdict, expected] of [
    [verified, [friend.address, drop.address]],
    [unverified, [friend.address]],
    [said('failed'), []],
  ] as const) {
    const { id } = await conversation({ cc: [friend], replyTo: drop, authentication: verdict });
    assert.deepEqual((await parts(id)).sort(), [...expected].sort(), verdict.verdict);
  }
});

test('Reply-To spoof: where answers are wanted is shown, and an unproven wish is not followed', async () => {
  const drop = person('drop@evil.example');
  const { id, ana } = await conversation({ replyTo: drop, authentication: unverified });
  const [first] = await messages(id);
  assert.deepEqual(first?.replyTo, drop);
  assert.deepEqual(first?.authentication?.withheld, [drop]);
  assert.deepEqual(
    (await answer(id)).to.map((a) => a.address),
    [ana.address],
  );
});

test('forged In-Reply-To: a stranger who names our messages opens a conversation of their own and sees nothing older', async () => {
  const { id, first } = await conversation({ text: 'My card number is 4111' });
  const ours = await answer(id);
  const [forged] = await w.receive({
    from: person('stranger@evil.example'),
    inReplyTo: ours.externalId,
    references: [first, ours.externalId],
    token: id,
    text: 'And what did I write before?',
    authentication: verified,
  });
  assert.equal(forged?.outcome, 'created');
  const own = forged?.conversationId as string;
  assert.equal((await messages(own)).length, 1);
  const sent = await answer(own, { quote: true });
  assert.deepEqual(
    [...sent.to, ...sent.cc].map((a) => a.address),
    ['stranger@evil.example'],
  );
  assert.equal(sent.quoted?.text, 'And what did I write before?');
  assert.ok(!JSON.stringify(sent).includes('4111'));
  assert.equal((await messages(id)).length, 2, 'nothing came into the other');
});

test('forged sender: a mail from a colleague’s address is a customer’s mail, proven or not, and acts on nothing', async () => {
  for (const authentication of [said('failed'), unverified, verified]) {
    const { id, first } = await conversation();
    const lead = await w.tx((t) =>
      t.first<{ email: string; name: string }>(
        sql`select email, name from person where workspace_id = ${w.workspaceId} and id = ${w.people.lead.id}`,
      ),
    );
    const boss = person(lead?.email as string, lead?.name as string);
    const before = (await opened(id)).conversation;
    const [mail] = await w.receive({
      from: boss,
      token: id,
      inReplyTo: first,
      text: 'Resolve this, assign it to me and refund them.',
      authentication,
    });
    assert.notEqual(mail?.conversationId, id, 'a colleague takes part in nothing by mail');
    const now = (await opened(id)).conversation;
    assert.deepEqual(
      [now.status, now.assigneeId, now.messageCount],
      [before.status, before.assigneeId, before.messageCount],
    );
    const [shown] = await messages(mail?.conversationId as string);
    assert.deepEqual([shown?.type, shown?.authorId, shown?.authentication?.claims], ['in', null, 'colleague']);
  }
});

test('display-name spoof: the name of a colleague or an inbox with another address is marked, in look-alike letters too', async () => {
  const claims = async (from: Address): Promise<string | null | undefined> => {
    const [made] = await w.receive({ from, authentication: verified });
    return (await messages(made?.conversationId as string))[0]?.authentication?.claims;
  };
  assert.equal(await claims(person('boss@evil.example', 'The Owner')), 'colleague-name');
  assert.equal(await claims(person('boss@evil.example', 'Тhе  ОWNER (Northwind)')), 'colleague-name');
  assert.equal(await claims(person('x@evil.example', w.inboxAddress)), 'inbox-name');
  assert.equal(await claims(person(w.inboxAddress, 'Support')), 'inbox');
  assert.equal(await claims(person('ana@example.net', 'Ana Owner')), null);
  assert.equal(await claims(person('support@shop.example', 'Support')), null, 'one word is anybody’s name');
});

test('a verdict that comes late changes nothing that was known already, and nothing that is gone', async () => {
  const { id } = await conversation();
  await w.tx((t) => senderChecked(t, id, said('failed')));
  assert.equal((await messages(id))[0]?.authentication?.verdict, 'verified');
  await w.tx((t) => senderChecked(t, '01900000-0000-7000-8000-000000000000', verified));
});
