import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KnownMailing, LeftOut, MailingKind, MailingPerson } from '@hearten/contract';
import type { Desk } from '../../test/desk.ts';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../../test/sending-desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import type { Who } from '../base/module.ts';
import { parse } from '../channels/email/parse/index.ts';
import { merge } from '../conversations/merge.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { addSender } from '../customers/senders.ts';
import { askErasure } from '../privacy/erase.ts';
import { setFiling } from '../problems/filing.ts';
import { followMerge } from '../problems/follow.ts';
import { changeProblem, makeProblem, problemById } from '../problems/problems.ts';
import { makePreview } from './preview.ts';
import { piece, runMailing, sendMailing, stopMailing } from './send.ts';
import { mailingById, peopleOf } from './shown.ts';
import { undoMailing } from './take-back.ts';
import { unsubscribe } from './unsubscribe.ts';

let s: SendingDesk;
let sink: Sink;
let w: Desk;
before(async () => {
  [s, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  w = s.desk;
  await s.smtp(w, sink.port, { signature: 'Northwind Lamps\nMain Street 1' });
  await w.tx((t) => t.run(sql`update workspace set asks_mood = true where id = ${w.workspaceId}`));
  await s.work();
});
after(async () => {
  await s.end();
  await sink.stop();
});

type Wrote = { conversationId: string; customerId: string; address: string };
let count = 0;
/** People who write about it, each once, and whose conversations are filed under it. */
async function report(problemId: string, n: number, from?: string): Promise<Wrote[]> {
  const addresses = Array.from({ length: n }, () => from ?? `writer${++count}@people.example`);
  const made = await w.receive(
    ...addresses.map((address) => ({
      externalId: `first-${++count}@people.example`,
      from: { address, name: `Écrivain ${address.split('@')[0]}` },
      text: 'It stays dark.',
    })),
  );
  const ids = made.map((one) => one.conversationId as string);
  await w.tx((t) =>
    t.run(sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, filed_by, provisional, confirmed_by)
      select ${w.workspaceId}, c, 0, 'problem', ${problemId}, ${w.people.lead.id}, false, ${w.people.lead.id} from unnest(${ids}::uuid[]) c`),
  );
  const rows = await w.tx((t) =>
    t.many<Wrote>(
      sql`select id as "conversationId", customer_id as "customerId", customer_address as address from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[])`,
    ),
  );
  return ids.map((id) => rows.find((row) => row.conversationId === id) as Wrote);
}
const problem = async (name: string): Promise<string> =>
  (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
const words = 'Hello {{customer.first_name | there}},\n\nyour #{{conversation.number}} is solved: the lamp lights up.';
const preview = (
  problemId: string,
  kind: MailingKind = 'fixed',
  by: Who = w.people.lead,
  text = words,
): Promise<KnownMailing> => w.tx((t) => makePreview(t, by, problemId, { kind, text }));
const send = (id: string, by: Who = w.people.lead): Promise<KnownMailing> => w.tx((t) => sendMailing(t, by, id));
const now = (id: string): Promise<KnownMailing> => w.tx((t) => mailingById(t, id));
const over = (id: string, within = 60_000): Promise<number> =>
  waited(async () => (await now(id)).state === 'done', within);
async function everybody(id: string): Promise<MailingPerson[]> {
  const out: MailingPerson[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await w.tx((t) => peopleOf(t, w.hearten, id, { limit: 100, ...(cursor ? { cursor } : {}) }));
    out.push(...page.items);
    if (!page.next) return out;
    cursor = page.next;
  }
}
const left = (mailing: KnownMailing): Partial<Record<LeftOut, number[]>> =>
  Object.fromEntries(mailing.leftOut.map((one) => [one.reason, [one.people, one.conversations]]));
type Came = { to: string; subject: string; text: string; raw: string };
const cameTo = (address: string): Came[] =>
  sink.ledger
    .filter((mail) => mail.raw.includes(`<${address}>`) || mail.raw.includes(`To: ${address}`))
    .map(({ raw }) => {
      const mail = parse(Buffer.from(raw, 'latin1'));
      return { to: address, subject: mail.subject, text: mail.text, raw };
    });
/** The text part as it went over the wire, decoded and nothing more. */
function textIn(raw: string): string {
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n----_/.exec(raw);
  const head = /Content-Type: text\/plain[\s\S]*?\r\n\r\n/.exec(raw)?.[0] ?? '';
  const body = part?.[1] ?? '';
  const bytes = /base64/i.test(head)
    ? Buffer.from(body, 'base64')
    : /quoted-printable/i.test(head)
      ? Buffer.from(
          body
            .replace(/=\r\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        )
      : Buffer.from(body, 'latin1');
  return bytes.toString('utf8').replaceAll('\r\n', '\n');
}

test('Of 400 who reported it everyone is told once, word for word as it was shown, and everyone left out is counted under why', async () => {
  const id = await problem('The lamp stays dark');
  await w.tx((t) => changeProblem(t, w.people.lead, id, { ownerId: w.people.specialist.id }));
  const plain = await report(id, 310);
  const pairs = await report(id, 40);
  const erased = await report(id, 8);
  const erasedLater = await report(id, 4);
  const unsubscribed = await report(id, 10);
  const blocked = await report(id, 6);
  const visitors = await report(id, 5);
  const nowhere = await report(id, 2);
  const told = await report(id, 5);
  const newer = await report(id, 10);
  assert.equal(
    [plain, pairs, erased, erasedLater, unsubscribed, blocked, visitors, nowhere, told, newer].flat().length,
    400,
  );
  // A newer open case about the same, and one about something else.
  for (const one of newer.slice(0, 7)) await report(id, 1, one.address);
  for (const one of newer.slice(7))
    await w.receive({ from: { address: one.address, name: '' }, subject: 'Something else' });
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved' where workspace_id = ${w.workspaceId} and id = any (${newer.map((one) => one.conversationId)}::uuid[])`,
    ),
  );
  for (let i = 0; i < 40; i += 2)
    await w.tx((t) =>
      mergeCustomers(t, w.people.lead, (pairs[i] as Wrote).customerId, (pairs[i + 1] as Wrote).customerId),
    );
  const erase = async (those: Wrote[]): Promise<void> => {
    for (const one of those)
      await w.tx((t) => askErasure(t, w.people.owner, one.customerId, { confirm: one.address, now: true }));
    const ids = those.map((one) => one.customerId);
    await waited(async () => {
      const still = await w.tx((t) =>
        t.many(sql`select 1 from customer where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[])`),
      );
      return still.length === 0;
    }, 60_000);
  };
  await erase(erased);
  for (const one of unsubscribed) await w.tx((t) => unsubscribe(t, one.customerId));
  for (const one of blocked) await w.tx((t) => addSender(t, w.people.lead, 'blocked', one.address));
  await w.tx((t) =>
    t.run(
      sql`update conversation set channel = 'chat', customer_address = 'a visitor' where workspace_id = ${w.workspaceId} and id = any (${visitors.map((one) => one.conversationId)}::uuid[])`,
    ),
  );
  await w.tx((t) =>
    t.run(
      sql`update conversation set customer_address = '' where workspace_id = ${w.workspaceId} and id = any (${nowhere.map((one) => one.conversationId)}::uuid[])`,
    ),
  );
  // Told before: all others wait for their filing meanwhile.
  await w.tx((t) =>
    t.run(sql`
      with first as (insert into mailing (workspace_id, id, problem_id, kind, person_id, text, state) values (${w.workspaceId}, gen_random_uuid(), ${id}, 'fixed', ${w.people.lead.id}, 'Fixed.', 'done') returning id)
      insert into mailing_person (workspace_id, mailing_id, id, problem_id, kind, chosen, state, customer_id, conversation_id, answers, inbox_id, provisional, sent_at)
      select c.workspace_id, f.id, gen_random_uuid(), ${id}, 'fixed', true, 'sent', c.customer_id, c.id, c.id, c.inbox_id, false, now() from conversation c, first f where c.workspace_id = ${w.workspaceId} and c.id = any (${told.map((one) => one.conversationId)}::uuid[])`),
  );

  const shown = await preview(id);
  // 310, 20 pairs, 4 that are erased later, 10 with a newer case.
  assert.equal(shown.people, 310 + 20 + 4 + 10);
  const before = {
    unsubscribed: [10, 10],
    blocked: [6, 6],
    chat: [5, 5],
    'no-address': [2, 2],
    told: [5, 5],
    newer: [20 + 7, 20 + 7],
  };
  assert.deepEqual(left(shown), before);
  const filed = (await w.tx((t) => problemById(t, id))).conversations;
  assert.equal(
    filed,
    shown.people + shown.leftOut.reduce((sum, one) => sum + one.conversations, 0),
    'nobody is forgotten',
  );
  assert.equal(sink.ledger.length, 0, 'a preview sends nothing');
  const all = await everybody(shown.id);
  const wanted = new Map(all.filter((one) => one.state === 'todo').map((one) => [one.to, one]));
  assert.equal(wanted.size, shown.people);

  await erase(erasedLater);
  const joined = await report(id, 3);
  const wrote = plain[0] as Wrote;
  const since = await w.receive({
    from: { address: wrote.address, name: '' },
    text: 'Forget it, I bought a candle.',
    token: wrote.conversationId,
  });
  assert.equal(since[0]?.conversationId, wrote.conversationId);
  assert.equal((await now(shown.id)).joined, 3, 'said, and not added');

  // The process dies in the middle of the third piece, at any moment: what it began is as if it had never been.
  await w.tx((t) =>
    t.run(
      sql`update mailing set state = 'running', started_at = now() where workspace_id = ${w.workspaceId} and id = ${shown.id}`,
    ),
  );
  let pieces = 0;
  await assert.rejects(
    runMailing(w.hearten, w.workspaceId, shown.id, async (tx, who, mail) => {
      const more = await piece(tx, () => s.channel, who, mail);
      if (++pieces === 3) throw new Error('the machine stops');
      return more;
    }),
    /the machine stops/,
  );
  assert.equal((await now(shown.id)).told + (await now(shown.id)).left, 40 + erasedLater.length);
  // Two take it up at once.
  const go = (): Promise<void> =>
    runMailing(w.hearten, w.workspaceId, shown.id, (tx, who, mail) => piece(tx, () => s.channel, who, mail));
  await Promise.all([go(), go()]);
  const done = await now(shown.id);
  assert.equal(done.state, 'done');
  assert.deepEqual(left(done), { ...before, erased: [4, 4], changed: [1, 1] });
  assert.equal(done.told, shown.people - 5);
  assert.equal(done.told + done.left, shown.people);
  assert.equal(done.joined, 3);

  await waited(() => sink.ledger.length >= done.told, 90_000);
  const silent = new Set(
    [...erased, ...erasedLater, ...unsubscribed, ...blocked, ...told, ...joined, wrote].map((one) => one.address),
  );
  for (const [address, was] of wanted) {
    const mails = cameTo(address);
    if (silent.has(address)) {
      assert.equal(mails.length, 0, address);
      continue;
    }
    assert.equal(mails.length, 1, `${address} is told once`);
    const [mail] = mails as [Came];
    assert.equal(textIn(mail.raw), was.words, 'byte for byte');
    assert.equal(mail.subject, was.subject);
    assert.match(mail.raw, /^List-Unsubscribe:\s+<https?:\/\/[^>]+\/no-more\/[\w.-]+>\r$/m);
    assert.match(mail.raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    assert.match(mail.raw, /^In-Reply-To: </m);
    assert.ok(mail.raw.includes(`From: Support <${w.inboxAddress}>`));
  }
  for (const address of silent) assert.equal(cameTo(address).length, 0, address);
  assert.equal(sink.ledger.length, done.told);

  // Pressed again, and sent anew: nobody hears it twice.
  assert.equal((await send(done.id)).state, 'done');
  const again = await preview(id);
  assert.equal(again.people, 4, 'three who joined, and the one who wrote');
  assert.ok(
    await w.tx((t) =>
      t.first(sql`select 1 from mood_ask where workspace_id = ${w.workspaceId} and excluded = 'to many' limit 1`),
    ),
  );
});

test('Of two people who press at once one sends, and the other is told who; a second press is the same sending', async () => {
  const id = await problem('Cannot sign in');
  const wrote = await report(id, 30);
  const sentBefore = sink.ledger.length;
  const mine = await preview(id, 'waiting');
  const theirs = await preview(id, 'waiting', w.people.manager, 'We are on it.');
  const both = await Promise.allSettled([send(mine.id), send(theirs.id, w.people.manager), send(mine.id)]);
  assert.ok(both.some((one) => one.status === 'fulfilled'));
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  assert.ok(
    refused.every((error) => isRefusedAs(error, 'conflict') && /telling these people this moment/.test(error.message)),
  );
  await waited(async () => (await now(mine.id)).state === 'done' || (await now(theirs.id)).state === 'done', 30_000);
  const other = (await now(mine.id)).state === 'done' ? theirs : mine;
  await send(other.id, other === mine ? w.people.lead : w.people.manager);
  await over(other.id);
  assert.deepEqual([(await now(mine.id)).told + (await now(theirs.id)).told, (await now(other.id)).told], [30, 0]);
  await waited(() => sink.ledger.length >= sentBefore + 30, 30_000);
  for (const one of wrote) {
    const [mail, ...more] = cameTo(one.address);
    assert.equal(more.length, 0);
    assert.ok(!mail?.raw.includes('List-Unsubscribe'), 'an answer is no news');
  }
  await assert.rejects(send(mine.id, w.people.manager), /in their name/);
});

test('An answer to those who wait goes to open conversations alone; assignment, people in copy and drafts stay as they were', async () => {
  const id = await problem('The parcel is late');
  const [open, snoozed, resolved] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const status = (one: Wrote, to: string) =>
    w.tx((t) =>
      t.run(
        sql`update conversation set status = ${to} where workspace_id = ${w.workspaceId} and id = ${one.conversationId}`,
      ),
    );
  await status(snoozed, 'snoozed');
  await status(resolved, 'resolved');
  await w.tx((t) =>
    t.run(
      sql`update conversation set participants = '[{"address":"colleague@people.example","name":""}]' where workspace_id = ${w.workspaceId} and id = ${open.conversationId}`,
    ),
  );
  const shown = await preview(id, 'waiting');
  assert.deepEqual([shown.people, shown.leftOut], [2, []]);
  await send(shown.id);
  await over(shown.id);
  const rows = await w.tx((t) =>
    t.many<{ id: string; status: string; assignee_id: string | null; participants: unknown[] }>(
      sql`select id, status, assignee_id, participants from conversation where workspace_id = ${w.workspaceId} and id = any (${[open, snoozed, resolved].map((one) => one.conversationId)}::uuid[]) order by number`,
    ),
  );
  assert.deepEqual(
    rows.map((row) => [row.status, row.assignee_id, row.participants.length]),
    [
      ['waiting', null, 1],
      ['waiting', null, 0],
      ['resolved', null, 0],
    ],
  );
  await waited(() => cameTo(open.address).length === 1, 20_000);
  assert.equal(cameTo('colleague@people.example').length, 0);
});

test('Stopped it tells nobody more and can go on; undone, what has not left is taken back and leaves no drafts', async () => {
  await s.smtp(w, sink.port, { undoSeconds: 60 });
  const id = await problem('The bill is wrong');
  const wrote = await report(id, 45);
  const shown = await preview(id);
  await w.tx((t) =>
    t.run(sql`update mailing set state = 'running' where workspace_id = ${w.workspaceId} and id = ${shown.id}`),
  );
  const mail = {
    id: shown.id,
    problem_id: id,
    kind: 'fixed',
    person_id: w.people.lead.id,
    key_id: null,
    confirmed: false,
    state: 'running',
  } as const;
  await w.tx((t) => piece(t, () => s.channel, w.people.lead, mail));
  const stopped = await w.tx((t) => stopMailing(t, w.people.representative, shown.id));
  assert.deepEqual([stopped.state, stopped.told, stopped.takesBack], ['stopped', 20, true]);
  assert.equal((await send(shown.id)).state, 'running');
  await over(shown.id);
  assert.equal((await now(shown.id)).told, 45);
  const back = await w.tx((t) => undoMailing(t, w.people.lead, shown.id));
  assert.equal(back.state, 'undoing');
  await waited(async () => (await now(shown.id)).state === 'undone', 30_000);
  const undone = await now(shown.id);
  assert.deepEqual([undone.told, undone.undone, undone.takesBack], [0, 45, false]);
  const ids = wrote.map((one) => one.conversationId);
  const rest = await w.tx((t) =>
    t.first<{ out: number; open: number; drafts: number }>(sql`
      select (select count(*)::int from message where workspace_id = ${w.workspaceId} and conversation_id = any (${ids}::uuid[]) and type = 'out') as out,
        (select count(*)::int from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[]) and status = 'open') as open,
        (select count(*)::int from draft where workspace_id = ${w.workspaceId} and conversation_id = any (${ids}::uuid[])) as drafts`),
  );
  assert.deepEqual(rest, { out: 0, open: 45, drafts: 0 });
  assert.equal((await preview(id)).people, 45, 'taken back is not told');
  await assert.rejects(send(shown.id), /taken back/);
  await s.smtp(w, sink.port);
});

test('Only confirmed ones where that is asked; what the text names and is not known is not sent; what is filed elsewhere since stays out', async () => {
  const id = await problem('The shade is crooked');
  const other = await problem('The shade is gone');
  const [sure, unsure, moved] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  await w.tx((t) =>
    t.run(
      sql`update conversation_problem set provisional = true where workspace_id = ${w.workspaceId} and conversation_id = ${unsure.conversationId}`,
    ),
  );
  assert.equal((await preview(id)).provisional, 1);
  const shown = await w.tx((t) => makePreview(t, w.people.lead, id, { kind: 'fixed', text: words, confirmed: true }));
  assert.deepEqual([shown.people, left(shown)], [2, { unconfirmed: [1, 1] }]);
  const unfilled = await preview(id, 'fixed', w.people.lead, 'Dear {{team.name}}');
  assert.ok(unfilled.people === 0 && left(unfilled).unfilled?.[0] === 3, JSON.stringify(unfilled));
  // What nobody knows would be sent as it stands.
  await assert.rejects(
    preview(id, 'fixed', w.people.lead, 'Dear {{nonsense.x}}, {{customer.first_name | there}}'),
    (error: Error) => isRefusedAs(error, 'invalid') && error.message.includes('{{nonsense.x}}'),
  );
  await w.tx((t) => setFiling(t, w.people.lead, moved.conversationId, { kind: 'problem', problems: [{ id: other }] }));
  await send(shown.id);
  await over(shown.id);
  assert.deepEqual([(await now(shown.id)).told, left(await now(shown.id)).changed], [1, [1, 1]]);
  await waited(() => cameTo(sure.address).length === 1, 20_000);
});

test('A fix that did not hold: whoever wrote again meanwhile hears of the next one, everybody else heard it once', async () => {
  const id = await problem('The dimmer hums');
  const [wroteAgain, silent, away] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const fixed = () => w.tx((t) => changeProblem(t, w.people.lead, id, { state: 'fixed' }));
  await fixed();
  const first = await preview(id);
  await send(first.id);
  await over(first.id);
  assert.equal((await preview(id)).people, 0, 'told, and nothing new');
  const again = (from: Wrote, automatic = false) =>
    w.receive({
      from: { address: from.address, name: '' },
      text: 'It hums again.',
      token: from.conversationId,
      ...(automatic ? { automatic, kind: 'auto_reply' as const } : {}),
    });
  await again(wroteAgain);
  await again(away, true);
  assert.equal((await preview(id)).people, 0, 'an answer to the news alone is no new report');
  await w.tx((t) => changeProblem(t, w.people.lead, id, { state: 'known' }));
  await fixed();
  const second = await preview(id);
  assert.deepEqual([second.people, left(second)], [1, { told: [2, 2] }]);
  await send(second.id);
  await over(second.id);
  assert.equal((await now(second.id)).told, 1);
  await waited(() => cameTo(wroteAgain.address).length === 2, 20_000);
  assert.equal(cameTo(silent.address).length, 1);
  assert.equal((await preview(id)).people, 0);
});

test('Two who were shown apart and became one since are told once, in the newer conversation, whoever stayed', async () => {
  const id = await problem('The plug is loose');
  const [older, newer, alone] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const shown = await preview(id);
  assert.equal(shown.people, 3);
  await w.tx((t) => mergeCustomers(t, w.people.lead, newer.customerId, older.customerId));
  await send(shown.id);
  await over(shown.id);
  const done = await now(shown.id);
  assert.deepEqual([done.told, done.left, left(done).newer?.[1]], [2, 1, 1]);
  await waited(() => cameTo(alone.address).length === 1 && cameTo(newer.address).length === 1, 20_000);
  assert.equal(cameTo(older.address).length, 0);
});

test('Of two who became one and are told in the older conversation, the newer is left, looked at in the same piece or in a later one', async () => {
  const id = await problem('The switch sticks');
  const wrote = await report(id, 22);
  const [early, first] = wrote as [Wrote, Wrote];
  const [second, late] = [wrote[2] as Wrote, wrote[21] as Wrote];
  const shown = await preview(id);
  assert.equal(shown.people, 22);
  for (const [older, newer] of [
    [first, second],
    [early, late],
  ] as const) {
    await w.tx((t) => mergeCustomers(t, w.people.lead, older.customerId, newer.customerId));
    await w.tx((t) => addSender(t, w.people.lead, 'blocked', newer.address));
  }
  await send(shown.id);
  await over(shown.id, 20_000);
  const done = await now(shown.id);
  assert.deepEqual([done.told, done.left, left(done)], [20, 2, { blocked: [1, 1], told: [1, 1] }]);
  const told = [early, first].map((one) => one.address);
  await waited(() => told.every((one) => cameTo(one).length === 1), 20_000);
  assert.deepEqual([cameTo(second.address), cameTo(late.address)], [[], []]);
});

test('News that one problem is fixed does not resolve a conversation that is open about another one', async () => {
  const [id, other] = [await problem('The cable is short'), await problem('The colour is wrong')];
  const [both, alone] = (await report(id, 2)) as [Wrote, Wrote];
  await w.tx((t) =>
    setFiling(t, w.people.lead, both.conversationId, { kind: 'problem', problems: [{ id }, { id: other }] }),
  );
  const status = async (of: Wrote): Promise<string | undefined> =>
    (
      await w.tx((t) =>
        t.first<{ status: string }>(
          sql`select status from conversation where workspace_id = ${w.workspaceId} and id = ${of.conversationId}`,
        ),
      )
    )?.status;
  const shown = await preview(id);
  await send(shown.id);
  await over(shown.id);
  assert.equal((await now(shown.id)).told, 2);
  assert.deepEqual([await status(both), await status(alone)], ['open', 'resolved']);
});

test('Whose conversation was merged into another reported it too: each is told once, in the words and under the subject of their own', async () => {
  const [id, elsewhere] = [await problem('Merged and told'), await problem('Merged into')];
  const [first, gone, never] = [...(await report(id, 1)), ...(await report(id, 1)), ...(await report(id, 1))] as [
    Wrote,
    Wrote,
    Wrote,
  ];
  const [home] = (await report(elsewhere, 1)) as [Wrote];
  const own = await w.tx((t) =>
    t.first<{ number: number; subject: string }>(
      sql`select number::int, subject from conversation where workspace_id = ${w.workspaceId} and id = ${gone.conversationId}`,
    ),
  );
  for (const one of [gone, never]) {
    await w.tx((t) => merge(t, w.people.lead, one.conversationId, home.conversationId));
    const event = await w.tx((t) =>
      t.first<EventRow>(
        sql`select * from event where workspace_id = ${w.workspaceId} and name = 'conversation.merged' and conversation_id = ${one.conversationId}`,
      ),
    );
    await w.tx((t) => followMerge(t, event as EventRow));
  }
  await w.tx((t) => unsubscribe(t, never.customerId));
  const { id: mailing, people } = await preview(id);
  assert.equal(people, 3, 'the two who reported it and are told, and whose conversation it became');
  await send(mailing);
  await over(mailing);
  for (const one of [first, gone, home])
    assert.equal(
      await waited(async () => cameTo(one.address).length === 1, 20_000).then(() => cameTo(one.address).length),
      1,
    );
  assert.equal(cameTo(never.address).length, 0, 'who wants no such news gets none');
  const [mail] = cameTo(gone.address);
  assert.equal(mail?.subject, `Re: ${own?.subject}`);
  assert.ok(mail?.text.includes(`your #${own?.number} is solved`), mail?.text);
  assert.equal((await preview(id)).people, 0, 'and nobody again');
});
