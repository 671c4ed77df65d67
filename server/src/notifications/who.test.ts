import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { eventually } from '../../test/room.ts';
import { sql } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { reactionsOf, startReactions } from '../base/relay.ts';
import { inWords } from '../base/words.ts';
import { bounced } from '../conversations/bounce.ts';
import { assign, note } from '../conversations/change.ts';
import { markSeen } from '../conversations/draft.ts';
import { hand, type Incoming, receive, senderChecked } from '../conversations/index.ts';
import { list } from '../conversations/list.ts';
import { reply } from '../conversations/reply.ts';
import { readMoods } from '../mood/read.ts';
import { sayMood } from '../mood/say.ts';
import { howToTell } from './how.ts';
import { notifications } from './index.ts';
import { notDelivered } from './not-delivered.ts';
import { presets } from './presets.ts';
import { listNotifications, seeConversation } from './seen.ts';
import { notify, notifyHeld } from './who.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

/** What the newest event makes each person hear. */
async function heard(id: string): Promise<Record<string, string>> {
  const event = (await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name not like 'notification%' order by id desc limit 1`,
    ),
  )) as EventRow;
  for (let i = 0; i < 2; i++) await w.tx((t) => notify(t, [event], w.hearten.jobs));
  const rows = await w.tx((t) =>
    t.many<{ person_id: string; kind: string }>(
      sql`select person_id, kind from notification where workspace_id = ${w.workspaceId} and event_id = ${event.id}`,
    ),
  );
  const roleOf = (personId: string) => Object.entries(w.people).find(([, who]) => who.id === personId)?.[0] ?? '';
  return Object.fromEntries(rows.map((row) => [roleOf(row.person_id), row.kind]));
}
const fresh = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;

test('a new conversation is told to everyone who can answer, once, and an emoji in it is no harm', async () => {
  const [one] = await w.receive({ text: `${'t'.repeat(139)}😀` });
  const told = await heard(one?.conversationId as string);
  assert.deepEqual(Object.keys(told).sort(), ['lead', 'manager', 'owner', 'representative', 'specialist']);
  const { items, unseen } = await w.tx((t) => listNotifications(t, w.people.lead.id, undefined));
  assert.deepEqual([items.length, unseen], [1, 1]);
});

test('who is named in a note hears of it; who only has a name that begins so does not', async () => {
  const id = await fresh();
  await w.tx((t) =>
    t.run(sql`update person set name = 'An Lee' where workspace_id = ${w.workspaceId} and id = ${w.people.lead.id}`),
  );
  await w.tx((t) =>
    t.run(
      sql`update person set name = 'Anna Ray' where workspace_id = ${w.workspaceId} and id = ${w.people.manager.id}`,
    ),
  );
  await w.tx((t) => note(t, w.people.owner, id, { text: 'Could you look, @anna?' }));
  assert.deepEqual(await heard(id), { manager: 'mentioned' });
  await w.tx((t) => note(t, w.people.owner, id, { text: '@An Lee: and you' }));
  assert.deepEqual(await heard(id), { lead: 'mentioned' });
});

test('who does not work here any more hears of nothing', async () => {
  const id = await fresh();
  await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: w.people.specialist.id }));
  await w.tx((t) =>
    t.run(
      sql`update person set active = false where workspace_id = ${w.workspaceId} and id = ${w.people.specialist.id}`,
    ),
  );
  assert.deepEqual(await heard(id), {});
});

test('who answered hears that it came back, and why; the list marks it until we write again', async () => {
  const id = await fresh();
  const answer = (text: string) => w.tx((t) => reply(t, () => keepingChannel(), w.people.lead, id, { text }));
  const { message } = JSON.parse((await answer('It is on its way.')).json) as { message: { id: string } };
  await w.tx((t) =>
    t.run(
      sql`update message set state = 'sent', external_id = '<came-back@northwind.example>' where workspace_id = ${w.workspaceId} and id = ${message.id}`,
    ),
  );
  const marked = async (): Promise<boolean | 'maybe' | undefined> => {
    const page = await w.tx((t) => list(t, w.people.lead, { view: 'all' }));
    const { items } = JSON.parse(page.json) as { items: { id: string; undelivered: boolean | 'maybe' }[] };
    return items.find((row) => row.id === id)?.undelivered;
  };
  assert.equal(await marked(), false);
  const be = (state: string) =>
    w.tx((t) =>
      t.run(sql`update message set state = ${state} where workspace_id = ${w.workspaceId} and id = ${message.id}`),
    );
  await be('unknown');
  assert.equal(await marked(), 'maybe', 'nobody knows, so nobody says that it was not delivered');
  await be('sent');
  const reason = 'There is no such mailbox.';
  const report = { messageExternalId: null, recipients: [], hard: true, final: true, reason, said: '550 5.1.1' };
  await w.tx((t) =>
    bounced(t, {
      kind: 'bounce',
      authentication: null,
      inReplyTo: null,
      references: ['<came-back@northwind.example>'],
      bounce: report,
    }),
  );
  assert.deepEqual(await heard(id), { lead: 'not-delivered' });
  const { items } = await w.tx((t) => listNotifications(t, w.people.lead.id, undefined));
  assert.match(items[0]?.text ?? '', /^Your answer to .+ did not arrive: There is no such mailbox\.$/);
  assert.equal(await marked(), true);
  await answer('Once more.');
  assert.equal(await marked(), false);
});

test('an answer that failed is told in words that fit what became of it', () => {
  const home = { customer_name: 'Bob', customer_address: 'bob@example.org' };
  const told = (name: string, data: Record<string, unknown>, mine = false) =>
    inWords(notDelivered({ name, data }, home, mine), 'en');
  assert.equal(told('message.failed', { reason: 'Refused.' }), 'The answer to Bob did not arrive: Refused.');
  assert.match(told('message.unknown', { reason: 'lease lost' }, true), /^Your answer to Bob may not have arrived/);
  assert.match(told('message.bounced', { kind: 'complaint' }), /^The answer to Bob was marked as spam/);
  assert.match(told('message.refused', { recipients: ['eve@example.org'], reason: 'Full.' }), /to eve@example.org did/);
});

const unknown: NonNullable<Incoming['authentication']> = {
  verdict: 'unknown',
  spf: null,
  dkim: null,
  dmarc: null,
  arc: null,
  domain: 'bank.example',
  by: 'us',
  checking: true,
};
const strange = [{ rule: 'reply-to', points: 1.5, words: 'Answers would go elsewhere, to x@elsewhere.example' }];
const eventsOf = (id: string, name: string): Promise<EventRow[]> =>
  w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = ${name} order by id`,
    ),
  );
const toldOf = async (id: string): Promise<number> =>
  (
    await w.tx((t) =>
      t.many(sql`select 1 from notification where workspace_id = ${w.workspaceId} and conversation_id = ${id}`),
    )
  ).length;
/** A mail whose sender nobody knows yet, and people's reaction to its coming. */
async function beingChecked(more: Partial<Incoming> = {}): Promise<string> {
  const [one] = await w.receive({ authentication: unknown, signs: strange, ...more });
  const received = await eventsOf(one?.conversationId as string, 'message.received');
  await w.tx((t) => notify(t, received.slice(-1), w.hearten.jobs));
  return one?.id as string;
}
async function isFound(message: string, home: string, verdict: 'verified' | 'failed' | 'unknown'): Promise<void> {
  await w.tx((t) => senderChecked(t, message, { ...unknown, verdict, checking: false }));
  const checked = await eventsOf(home, 'message.checked');
  await w.tx((t) => notify(t, checked.slice(-1), w.hearten.jobs));
}

test('mail whose sender is looked up is told of when that is done, once; and a forgery to nobody, whichever reaction comes first', async () => {
  const real = await beingChecked();
  assert.equal(await toldOf(real), 0);
  await isFound(real, real, 'verified');
  const everyone = await toldOf(real);
  assert.ok(everyone > 1);
  await w.tx((t) => notifyHeld(t, [real], w.hearten.jobs));
  assert.equal(await toldOf(real), everyone);

  const forged = await beingChecked();
  await isFound(forged, forged, 'failed');
  await w.tx((t) => notifyHeld(t, [forged], w.hearten.jobs));
  assert.equal(await toldOf(forged), 0);
});

test('DNS that is away holds a notification for twenty seconds, no longer, and what it says later is no second one', async () => {
  const before = Date.now();
  const id = await beingChecked();
  const seconds = (new Date((await w.jobAt(`notify-held:${id}`)) ?? '').getTime() - before) / 1000;
  assert.ok(seconds > 15 && seconds <= 25, `told after ${seconds} s`);
  await w.tx((t) => notifyHeld(t, [id], w.hearten.jobs));
  const everyone = await toldOf(id);
  assert.ok(everyone > 1);
  await isFound(id, id, 'verified');
  assert.equal(await toldOf(id), everyone);
});

test('who reads a mail while its sender is looked up is not told of it afterwards; the others are', async () => {
  const id = await beingChecked();
  await w.tx((t) => markSeen(t, w.people.lead, id, false));
  await w.tx((t) => markSeen(t, w.people.manager, id, false));
  await w.tx((t) => markSeen(t, w.people.manager, id, true));
  await isFound(id, id, 'verified');
  const told = await w.tx((t) =>
    t.many<{ id: string }>(
      sql`select person_id as id from notification where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
    ),
  );
  const ids = told.map((one) => one.id);
  assert.ok(!ids.includes(w.people.lead.id) && ids.includes(w.people.manager.id) && ids.includes(w.people.owner.id));
});

test('Of a chat hears whoever has it, or all while nobody has; handed out, whoever gets it, or all when nobody has room; leads hear of abuse', async () => {
  await w.tx((t) => t.run(sql`update person set active = true where workspace_id = ${w.workspaceId}`));
  const inbox = async (settings: object): Promise<string> => {
    const id = newId();
    await w.tx((t) =>
      t.run(
        sql`insert into inbox (workspace_id, id, brand_id, channel, name, address, settings) select ${w.workspaceId}, ${id}, id, 'chat', 'Shop', ${id}, ${JSON.stringify(settings)}::jsonb from brand where workspace_id = ${w.workspaceId}`,
      ),
    );
    return id;
  };
  const from = { address: 'kay@customer.example', name: 'Kay' };
  const begun = async (inboxId: string): Promise<string> =>
    (await w.receive({ channel: 'chat', inboxId, from }))[0]?.conversationId as string;
  const all = (kind: string, ...less: string[]) =>
    Object.fromEntries(
      ['lead', 'manager', 'owner', 'representative', 'specialist']
        .filter((role) => !less.includes(role))
        .map((role) => [role, kind]),
    );
  const happens = (conversationId: string, name: string, data = {}) =>
    w.tx((t) => emit(t, [{ name, actor: { kind: 'person', id: w.people.specialist.id }, conversationId, data }]));

  const open = await inbox({});
  const id = await begun(open);
  assert.deepEqual(await heard(id), all('chat-new'));
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: w.people.lead.id }));
  assert.deepEqual(await heard(id), {}, 'who takes it knows');
  await w.receive({ channel: 'chat', inboxId: open, token: id, from });
  assert.deepEqual(await heard(id), { lead: 'chat-wrote' });
  await happens(id, 'conversation.abuse', { do: 'pause', reason: 'Rude' });
  assert.deepEqual(await heard(id), { lead: 'abuse', manager: 'abuse', owner: 'abuse' });
  await happens(id, 'conversation.abuse', { do: 'allow' });
  assert.deepEqual(await heard(id), {});

  const handed = await begun(await inbox({ assign: 'room' }));
  assert.deepEqual(await heard(handed), {}, 'whoever gets it is told then');
  await happens(handed, 'chat.queued');
  assert.deepEqual(await heard(handed), all('chat-new', 'specialist'));
  await w.tx((t) => hand(t, handed, w.people.lead.id, { why: 'room', actor: system }));
  assert.deepEqual(await heard(handed), { lead: 'chat-new' });
});

test('Only what a visitor waits for now makes a sound, and for nobody who wants none, or has quiet hours', () => {
  const now = new Date('2027-01-01T22:00:00Z');
  const person = { id: 'x', time_zone: 'UTC', ways: null, quiet: null, digest: null, sound: null };
  const { ways, digest } = presets.mine;
  const how = (kind: string, more: object = {}) => {
    const told = howToTell({ ...person, ...more } as Parameters<typeof howToTell>[0], kind, now);
    return [told?.ways.join(), told?.heard, told?.waits];
  };
  for (const kind of ['chat-new', 'chat-wrote']) assert.deepEqual(how(kind), ['push', true, false], kind);
  for (const kind of ['abuse', 'answered']) assert.deepEqual(how(kind), ['push', false, false], kind);
  const own = { ways, digest, quiet: { hours: null, days: [] }, sound: false };
  assert.deepEqual(how('chat-wrote', own), ['push', false, false]);
  const night = { from: '21:00', to: '07:00' };
  assert.deepEqual(how('chat-wrote', { ...own, sound: true, quiet: { hours: night, days: [] } }), ['', false, true]);
});

test('that a customer is upset or stuck is told once a worsening, with why: to who has it, or to the team; each may choose otherwise', async () => {
  const at = async (): Promise<{ person_id: string; kind: string; text: string }[]> => {
    for (let read = 0; read < 2; read++) {
      const events = await w.tx((t) =>
        t.many<EventRow>(
          sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name in ('message.received', 'conversation.mood') order by id`,
        ),
      );
      if (read === 0)
        await w.tx((t) =>
          readMoods(
            t,
            events.filter((event) => event.name === 'message.received' && !done.has(event.id) && done.add(event.id)),
          ),
        );
      else
        await w.tx((t) =>
          notify(
            t,
            events.filter((event) => event.name === 'conversation.mood'),
            w.hearten.jobs,
          ),
        );
    }
    return w.tx((t) =>
      t.many(
        sql`select person_id, kind, text from notification where workspace_id = ${w.workspaceId} and conversation_id = ${id} and kind = 'upset' order by id`,
      ),
    );
  };
  const done = new Set<string>();
  const from = { address: 'upset@people.example', name: 'Claire' };
  const [made] = await w.receive({ text: 'I cannot log in, I am completely stuck.', from });
  const id = made?.conversationId as string;
  const stuck = await at();
  assert.deepEqual(new Set(stuck.map((one) => one.person_id)).size, 5, 'nobody has it: everyone who can answer');
  assert.match(stuck[0]?.text ?? '', /^Stuck: “/);
  assert.equal((await at()).length, 5, 'once');
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: w.people.representative.id }));
  const first = await w.tx((t) =>
    t.first<{ external_id: string }>(
      sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'in' limit 1`,
    ),
  );
  const again = (text: string) =>
    w.receive({ text, from, inReplyTo: first?.external_id ?? null, references: [first?.external_id ?? ''] });
  await again('Hello? Still nothing, I cannot log in.');
  assert.equal((await at()).length, 5, 'as stuck as before is nothing new');
  await again('This is unacceptable. Cancel my account, I want my money back!');
  const upset = (await at()).slice(5);
  assert.deepEqual(
    upset.map((one) => one.person_id),
    [w.people.representative.id],
    'worse is told, to who has it',
  );
  assert.match(upset[0]?.text ?? '', /^Upset: “unacceptable”.*, 3 messages without an answer$/);
  await w.tx((t) => sayMood(t, w.people.lead, id, { value: 4 }));
  await w.tx((t) => sayMood(t, w.people.lead, id, { value: null }));
  assert.equal((await at()).length, 6, 'what somebody said and took back is no worsening');
  assert.deepEqual(
    [presets.mine, presets.alone, presets.quiet].map((preset) => preset.ways.upset.includes('push')),
    [true, true, false],
  );
  const person = { id: 'a', time_zone: 'UTC', quiet: null, digest: null, sound: null };
  assert.equal(howToTell({ ...person, ways: { upset: [] } }, 'upset', new Date()), null);
});

test('Who looks at a message before we came to tell it has seen it; what comes after their look they have not', async () => {
  const from = { address: 'looked-at@customer.example', name: 'Iris' };
  const [first] = await w.receive({ from, externalId: '<looked-at@customer.example>' });
  const id = first?.conversationId as string;
  await w.tx((t) => markSeen(t, w.people.lead, id, false));
  await w.receive({ from, inReplyTo: '<looked-at@customer.example>', references: ['<looked-at@customer.example>'] });
  const stop = startReactions(w.hearten.db, w.hearten.log, reactionsOf([notifications(w.hearten)]));
  const toldTo = (who: 'lead' | 'manager') =>
    w.tx((t) =>
      t.many<{ seen: boolean }>(sql`
        select seen_at is not null as seen from notification
        where workspace_id = ${w.workspaceId} and conversation_id = ${id} and person_id = ${w.people[who].id} order by event_id`),
    );
  await eventually(async () => (await toldTo('lead')).length === 2);
  await stop();
  assert.deepEqual(
    (await toldTo('lead')).map((one) => one.seen),
    [true, false],
  );
  assert.deepEqual(
    (await toldTo('manager')).map((one) => one.seen),
    [false, false],
  );
});

test('A message that was being stored while somebody looked is not seen by that look; and an older look takes back no newer one', async () => {
  const from = { address: 'just-now@customer.example', name: 'Ida' };
  const [first] = await w.receive({ from, externalId: '<just-now@customer.example>' });
  const id = first?.conversationId as string;
  const next = () => w.mail({ from, inReplyTo: '<just-now@customer.example>' });
  await w.tx(async (t) => {
    await receive(t, [next()]);
    await w.tx((s) => markSeen(s, w.people.lead, id, false));
  });
  const received = await eventsOf(id, 'message.received');
  await w.tx((t) => notify(t, received, w.hearten.jobs));
  for (const look of await eventsOf(id, 'conversation.seen')) await w.tx((t) => seeConversation(t, look));
  const seen = await w.tx((t) =>
    t.many<{ seen: boolean }>(sql`
      select seen_at is not null as seen from notification where workspace_id = ${w.workspaceId} and conversation_id = ${id} and person_id = ${w.people.lead.id} order by event_id`),
  );
  assert.deepEqual(
    seen.map((one) => one.seen),
    [true, false],
  );

  const upTo = async (): Promise<number> =>
    Date.parse(
      (
        await w.tx((t) =>
          t.first<{ at: string }>(
            sql`select up_to as at from seen where workspace_id = ${w.workspaceId} and conversation_id = ${id} and person_id = ${w.people.lead.id}`,
          ),
        )
      )?.at ?? '',
    );
  let newer = 0;
  await w.tx((t) =>
    markSeen(
      {
        ...t,
        first: async (query) => {
          const row = await t.first(query);
          await w.receive({ from, inReplyTo: '<just-now@customer.example>' });
          await w.tx((s) => markSeen(s, w.people.lead, id, false));
          newer = await upTo();
          await w.receive({ from, inReplyTo: '<just-now@customer.example>' });
          return row as never;
        },
      },
      w.people.lead,
      id,
      false,
    ),
  );
  assert.equal(await upTo(), newer);
});
