import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Message, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { quoted } from '../base/reasons.ts';
import type { Answer, Channel } from './channel.ts';
import { Unsure } from './channel.ts';
import { deliver } from './deliver.ts';
import { believeAnswer, sayArrived } from './evidence.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';
import { retry } from './retry.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const a = (address: string) => ({ address, name: '' });
const people = ['ana@example.org', 'bo@example.org', 'cy@example.org'] as const;
/** A server that answers as it is told for each address; it keeps whom each try was for. */
function server() {
  const asked: string[][] = [];
  const says = new Map<string, Answer['state']>();
  const send: Channel['send'] = async (message, _inbox, check) => {
    await check();
    asked.push(message.only);
    const answers = message.only.map((address): Answer => {
      const state = says.get(address) ?? 'accepted';
      return { address, state, why: quoted(`It is ${state}.`), said: state === 'accepted' ? '250 ok' : '550 no' };
    });
    return { response: '250 ok', ...(answers.some((x) => x.state !== 'accepted') ? { answers } : {}) };
  };
  return { channel: { ...keepingChannel(), send }, asked, says };
}
async function sent(s = server()) {
  const mail = w.mail();
  const [one] = await w.receive(mail);
  const home = one?.conversationId as string;
  const body = { text: 'An answer.', to: [a(people[0])], cc: [a(people[1]), a(people[2])] };
  const out = JSON.parse((await w.tx((t) => reply(t, () => s.channel, w.people.lead, home, body))).json) as {
    message: Message;
  };
  const { id } = out.message;
  const shown = async (): Promise<{ m: Message; row: ConversationRow; all: Opened }> => {
    const all = JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, home))).json) as Opened;
    return { m: all.items.find((i) => i.id === id) as Message, row: all.conversation, all };
  };
  return {
    ...s,
    id,
    home,
    from: mail.from,
    shown,
    states: async () => (await shown()).m.delivery?.recipients.map((r) => r.state),
    run: async () => {
      await w.tx((t) =>
        t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${id}`),
      );
      await deliver(w.hearten, () => s.channel, w.workspaceId, id);
    },
    again: (more?: { address?: string; instead?: string }) =>
      w.tx((t) => retry(t, () => s.channel, w.people.lead, id, more)),
  };
}
const bounce = (of: string, address: string, more: object) =>
  w.receive({
    kind: 'bounce',
    automatic: true,
    from: a('mailer-daemon@example.org'),
    bounce: { messageExternalId: of, recipients: [address], hard: true, reason: 'No such mailbox.', ...more },
  });
const externalOf = async (id: string): Promise<string> =>
  (
    await w.tx((t) =>
      t.first<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    )
  )?.external_id as string;

test('all is well: one quiet state, and nothing kept about each recipient', async () => {
  const m = await sent();
  await m.run();
  const { m: message } = await m.shown();
  assert.deepEqual([message.state, message.delivery, message.stateReason], ['sent', null, '250 ok']);
});

test('one is refused, one put off: a person hears at once, only the one put off is tried again, with the whole schedule to see', async () => {
  const m = await sent();
  m.says.set(people[1], 'refused').set(people[2], 'deferred');
  await m.run();
  const first = await m.shown();
  assert.deepEqual([first.m.state, first.row.status], ['deferred', 'open']);
  assert.deepEqual(await m.states(), ['accepted', 'refused', 'deferred']);
  const { tries, next } = first.m.delivery ?? { tries: [], next: [] };
  assert.deepEqual([tries.length, next.length], [1, 9]);
  assert.ok(Math.abs(Date.parse(next[0] ?? '') - Date.parse(first.m.sendAt ?? '')) < 3000);
  assert.ok(Date.parse(next.at(-1) ?? '') - Date.now() > 20 * 3_600_000, 'it gives up after about a day');
  m.says.set(people[2], 'accepted');
  await m.run();
  assert.deepEqual(m.asked, [[...people], [people[2]]]);
  assert.deepEqual([(await m.shown()).m.state, await m.states()], ['failed', ['accepted', 'refused', 'accepted']]);
});

test('what is put off ten times is refused, and says so', async () => {
  const m = await sent();
  m.says.set(people[2], 'deferred');
  for (let i = 0; i < 10; i++) await m.run();
  const { m: message } = await m.shown();
  assert.deepEqual([message.state, message.delivery?.next.length], ['failed', 0]);
  assert.match(message.delivery?.recipients[2]?.text ?? '', /Given up after 10 tries/);
});

test('resent to one recipient, it goes to that one; corrected, to the other address, whose answer belongs here', async () => {
  const m = await sent();
  m.says.set(people[1], 'refused').set(people[2], 'refused');
  await m.run();
  m.says.clear();
  await m.again({ address: people[2] });
  await m.run();
  assert.deepEqual(m.asked.at(-1), [people[2]]);
  await m.again({ address: people[1], instead: 'bo.new@example.org' });
  await m.run();
  assert.deepEqual(m.asked.at(-1), ['bo.new@example.org']);
  const { m: message, all } = await m.shown();
  assert.deepEqual([message.state, message.cc.map((x) => x.address)], ['sent', ['bo.new@example.org', people[2]]]);
  assert.ok(all.participants.some((p) => p.address === 'bo.new@example.org'));
  const [answer] = await w.receive({ from: a('bo.new@example.org'), inReplyTo: await externalOf(m.id) });
  assert.equal(answer?.conversationId, m.home);
  await assert.rejects(m.again({ address: people[2] }), /nothing to send again/);
});

test('it is not resent to an inbox of ours, nor twice to one who has it', async () => {
  const m = await sent();
  m.says.set(people[1], 'refused');
  await m.run();
  await assert.rejects(m.again({ address: people[1], instead: w.inboxAddress.replace('@', '+x@') }), /own inboxes/);
  await assert.rejects(m.again({ address: people[1], instead: people[2] }), /already/);
});

test('a bounce stands at the recipient it names; a delay is told and may end well; who gave up for good reopens', async () => {
  const m = await sent();
  await m.run();
  const of = await externalOf(m.id);
  await bounce(of, people[1], { hard: false, final: false, reason: 'It is delayed; the server goes on trying.' });
  assert.deepEqual([(await m.shown()).m.state, await m.states()], ['sent', ['accepted', 'delayed', 'accepted']]);
  assert.equal((await m.shown()).row.status, 'waiting');
  await bounce(of, people[1], { hard: false, final: true, reason: 'The mailbox is full.' });
  const { m: message, row } = await m.shown();
  assert.deepEqual([message.state, row.status], ['bounced', 'open']);
  assert.deepEqual(await m.states(), ['accepted', 'bounced', 'accepted']);
  assert.match(message.stateReason ?? '', /bo@example\.org: The mailbox is full/);
  await m.again();
  await m.run();
  assert.deepEqual(m.asked.at(-1), [people[1]], 'only to whom it came back from');
  assert.equal((await m.shown()).row.status, 'waiting', 'it is on its way again, and the customer’s turn');
  await bounce(of, people[1], { hard: true, final: true, reason: 'No such mailbox.' });
  await w.receive({ from: a(people[0]), inReplyTo: of });
  await m.again();
  assert.equal((await m.shown()).row.status, 'open', 'but what the customer wrote since is still to be answered');
});

test('a report marks nobody but who was written to and is named; one whose sender is refuted is mail for a person', async () => {
  const m = await sent();
  await m.run();
  const of = await externalOf(m.id);
  await bounce(of, 'stranger@example.org', {});
  assert.deepEqual([(await m.shown()).m.state, (await m.shown()).row.status], ['sent', 'open']);
  assert.deepEqual(await m.states(), ['accepted', 'accepted', 'accepted']);
  const [forged] = await w.receive({
    kind: 'bounce',
    automatic: true,
    from: a(people[1]),
    authentication: {
      verdict: 'failed',
      spf: 'fail',
      dkim: 'none',
      dmarc: 'fail',
      arc: null,
      domain: 'example.org',
      by: 'us',
      checking: false,
    },
    bounce: { messageExternalId: of, recipients: [people[2]], hard: true, reason: 'Gone.' },
  });
  assert.deepEqual([forged?.outcome, forged?.conversationId === m.home], ['created', false]);
  assert.deepEqual([(await m.shown()).m.state, await m.states()], ['sent', ['accepted', 'accepted', 'accepted']]);
});

test('what nobody knew is known by an answer, by a report, or by a person', async () => {
  const unsure = async () => {
    const m = await sent();
    const { send } = m.channel;
    m.channel.send = () => Promise.reject(Unsure(quoted('The line broke.')));
    await m.run();
    m.channel.send = send;
    assert.equal((await m.shown()).m.state, 'unknown');
    return m;
  };
  const answered = await unsure();
  await w.receive({ from: answered.from, inReplyTo: await externalOf(answered.id), text: 'Thank you, but why?' });
  const event = await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${answered.home} and name = 'message.received' order by id desc limit 1`,
    ),
  );
  assert.deepEqual(event?.data.proved, [answered.id]);
  await w.tx((t) => believeAnswer(t, event as EventRow));
  assert.deepEqual([(await answered.shown()).m.state, (await answered.shown()).row.status], ['sent', 'open']);
  const reported = await unsure();
  await bounce(await externalOf(reported.id), people[1], { final: false, hard: false });
  assert.deepEqual(
    [(await reported.shown()).m.state, await reported.states()],
    ['sent', ['accepted', 'delayed', 'accepted']],
  );
  const said = await unsure();
  await w.tx((t) => sayArrived(t, w.people.lead, said.id));
  assert.deepEqual([(await said.shown()).m.state, (await said.shown()).row.status], ['sent', 'waiting']);
  await assert.rejects(
    w.tx((t) => sayArrived(t, w.people.lead, said.id)),
    /Nobody doubts/,
  );
});

test('a report on several recipients gives each its own state and its own reason', async () => {
  const m = await sent();
  await m.run();
  const each = [
    { address: people[0], state: 'delivered' as const, text: 'It was delivered.', said: '250 ok' },
    { address: people[1], state: 'bounced' as const, text: 'No such mailbox.', said: '550 5.1.1' },
    {
      address: people[2],
      state: 'delayed' as const,
      text: 'It is delayed; the server goes on trying.',
      said: '451 busy',
    },
  ];
  await bounce(await externalOf(m.id), people[1], { each });
  const { delivery } = (await m.shown()).m;
  assert.deepEqual(
    delivery?.recipients.map(({ address, state, text, said }) => ({ address, state, text, said })),
    each,
  );
  assert.equal((await m.shown()).row.status, 'open');
});

test('a report that it was delivered marks the recipient, is no message of the customer and wakes nobody', async () => {
  const m = await sent();
  await m.run();
  const before = await m.shown();
  const [out] = await w.receive({
    kind: 'auto_reply',
    automatic: true,
    arrival: true,
    from: a('mailer-daemon@example.org'),
    bounce: {
      messageExternalId: await externalOf(m.id),
      recipients: [people[0]],
      hard: false,
      final: false,
      reason: 'A mail server reports that it was delivered.',
      each: [{ address: people[0], state: 'delivered', text: 'It was delivered.', said: '250 ok' }],
    },
  });
  const now = await m.shown();
  assert.equal(out?.outcome, 'bounce');
  assert.deepEqual(await m.states(), ['delivered', 'accepted', 'accepted']);
  assert.deepEqual(
    [now.m.state, now.row.status, now.all.items.length, now.row.messageCount],
    ['sent', before.row.status, before.all.items.length, before.row.messageCount],
  );
});
