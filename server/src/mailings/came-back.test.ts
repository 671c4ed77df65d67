import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Sink, smtpSink } from '../../test/mail.ts';
import { type SendingDesk, sendingDesk, waited } from '../../test/sending-desk.ts';
import { sql } from '../base/db.ts';
import { assign } from '../conversations/change.ts';
import { reply } from '../conversations/reply.ts';
import { retry } from '../conversations/retry.ts';
import { mergeProblem } from '../problems/merge.ts';
import { changeProblem, makeProblem } from '../problems/problems.ts';
import { makePreview } from './preview.ts';
import { sendMailing } from './send.ts';
import { mailingById, mailingsOf } from './shown.ts';

let s: SendingDesk;
let sink: Sink;
let w: SendingDesk['desk'];
before(async () => {
  [s, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  w = s.desk;
  await s.smtp(w, sink.port);
  await s.work();
});
after(async () => {
  await s.end();
  await sink.stop();
});

type Wrote = { conversationId: string; address: string };
async function report(problemId: string, n: number): Promise<Wrote[]> {
  const addresses = Array.from({ length: n }, (_, i) => `writer${i}@people.example`);
  const made = await w.receive(...addresses.map((address) => ({ from: { address, name: 'A writer' } })));
  const wrote = made.map((one, i) => ({
    conversationId: one.conversationId as string,
    address: addresses[i] as string,
  }));
  await w.tx((t) =>
    t.run(
      sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id) select ${w.workspaceId}, c, 0, 'problem', ${problemId} from unnest(${wrote.map((one) => one.conversationId)}::uuid[]) c`,
    ),
  );
  return wrote;
}

test('Whoever answers the news is heard by the problem’s owner, assigned and notified; an absence is not, nor once a colleague answered', async () => {
  const id = (await w.tx((t) => makeProblem(t, w.people.lead, { name: 'The switch sticks' }))).id;
  await w.tx((t) => changeProblem(t, w.people.lead, id, { ownerId: w.people.representative.id }));
  const [one, away, answered] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const shown = await w.tx((t) => makePreview(t, w.people.lead, id, { kind: 'fixed', text: 'It is fixed.' }));
  await w.tx((t) => sendMailing(t, w.people.lead, shown.id));
  await waited(async () => (await w.tx((t) => mailingById(t, shown.id))).state === 'done', 60_000);
  await waited(() => sink.ledger.length === 3, 20_000);
  await w.tx((t) =>
    reply(t, () => s.channel, w.people.manager, answered.conversationId, { text: 'And one more thing.' }),
  );
  const write = (from: Wrote, automatic = false) =>
    w.receive({
      from: { address: from.address, name: '' },
      text: 'It is still stuck.',
      token: from.conversationId,
      ...(automatic ? { automatic, kind: 'auto_reply' as const } : {}),
    });
  for (const from of [answered, one]) await write(from);
  await write(away, true);
  const home = (of: Wrote) =>
    w.tx((t) =>
      t.first<{ status: string; assignee_id: string | null }>(
        sql`select status, assignee_id from conversation where workspace_id = ${w.workspaceId} and id = ${of.conversationId}`,
      ),
    );
  await waited(async () => (await home(one))?.assignee_id === w.people.representative.id, 60_000);
  assert.equal((await home(one))?.status, 'open');
  await waited(
    async () =>
      (await w.tx((t) =>
        t.first(
          sql`select 1 from notification where workspace_id = ${w.workspaceId} and person_id = ${w.people.representative.id} and conversation_id = ${one.conversationId}`,
        ),
      )) !== undefined,
    20_000,
  );
  assert.deepEqual([(await home(away))?.status, (await home(away))?.assignee_id], ['resolved', null]);
  assert.notEqual((await home(answered))?.assignee_id, w.people.representative.id);
  // Given to somebody else, what they write on is for whoever has it.
  await w.tx((t) => assign(t, w.people.lead, one.conversationId, { assigneeId: w.people.manager.id }));
  await write(one);
  await write(away);
  await waited(async () => (await home(away))?.assignee_id === w.people.representative.id, 60_000);
  assert.equal((await home(one))?.assignee_id, w.people.manager.id);
});

test('A problem that was merged twice over still has its answers come to who owns it now, and shows what was said of it', async () => {
  const [first, second, third] = (await Promise.all(
    ['Bulb one', 'Bulb two', 'Bulb three'].map(
      async (name) => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id,
    ),
  )) as [string, string, string];
  await w.tx((t) => changeProblem(t, w.people.lead, third, { ownerId: w.people.specialist.id }));
  const [made] = await w.receive({ from: { address: 'merged@people.example', name: '' } });
  const home = made?.conversationId as string;
  await w.tx((t) =>
    t.run(
      sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id) values (${w.workspaceId}, ${home}, 0, 'problem', ${first})`,
    ),
  );
  const shown = await w.tx((t) => makePreview(t, w.people.lead, first, { kind: 'fixed', text: 'It is fixed.' }));
  await w.tx((t) => sendMailing(t, w.people.lead, shown.id));
  await waited(async () => (await w.tx((t) => mailingById(t, shown.id))).state === 'done', 60_000);
  await w.tx((t) => mergeProblem(t, w.people.lead, first, second));
  await w.tx((t) => mergeProblem(t, w.people.lead, second, third));
  await w.receive({ from: { address: 'merged@people.example', name: '' }, text: 'It is not.', token: home });
  const assignee = async (): Promise<string | null | undefined> =>
    (
      await w.tx((t) =>
        t.first<{ assignee_id: string | null }>(
          sql`select assignee_id from conversation where workspace_id = ${w.workspaceId} and id = ${home}`,
        ),
      )
    )?.assignee_id;
  await waited(async () => (await assignee()) !== null, 60_000);
  assert.equal(await assignee(), w.people.specialist.id);
  assert.deepEqual(
    (await w.tx((t) => mailingsOf(t, third))).items.map((mailing) => mailing.id),
    [shown.id],
  );
});

test('Whom the news never reached was not told: the next mailing tells them, and sent once more they are told no second time', async () => {
  const id = (await w.tx((t) => makeProblem(t, w.people.lead, { name: 'The news does not come' }))).id;
  const [reached, , retried] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const preview = () => w.tx((t) => makePreview(t, w.people.lead, id, { kind: 'fixed', text: 'It is fixed.' }));
  const now = (mailing: string) => w.tx((t) => mailingById(t, mailing));
  const send = async (mailing: string) => {
    await w.tx((t) => sendMailing(t, w.people.lead, mailing));
    await waited(async () => (await now(mailing)).state === 'done', 60_000);
  };
  sink.atRcpt = (address) => (address === reached.address ? undefined : 550);
  const first = await preview();
  await send(first.id);
  await waited(async () => (await now(first.id)).told === 1, 20_000);
  assert.deepEqual((await now(first.id)).leftOut, [{ reason: 'not-delivered', people: 2, conversations: 2 }]);
  assert.equal((await preview()).people, 2, 'who was not told is told by the next');

  sink.atRcpt = () => undefined;
  const message = await w.tx((t) =>
    t.first<{ id: string }>(
      sql`select message_id as id from mailing_person where workspace_id = ${w.workspaceId} and mailing_id = ${first.id} and conversation_id = ${retried.conversationId}`,
    ),
  );
  await w.tx((t) => retry(t, () => s.channel, w.people.lead, String(message?.id)));
  const second = await preview();
  assert.equal(second.people, 1, 'what is on its way once more tells them');
  await waited(async () => (await now(first.id)).told === 2, 20_000);
  await send(second.id);
  assert.deepEqual([(await now(second.id)).told, (await preview()).people], [1, 0]);
});

test('A problem that is merged while it is being told tells the rest as they were shown, and of two mailings that meet each person hears one', async () => {
  const [id, into] = (await Promise.all(
    ['The hinge creaks', 'The hinge is loud'].map(
      async (name) => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id,
    ),
  )) as [string, string];
  await report(id, 3);
  await report(into, 1);
  const preview = (of: string) => w.tx((t) => makePreview(t, w.people.lead, of, { kind: 'fixed', text: 'Oil helps.' }));
  const both = [await preview(id), await preview(into)];
  assert.deepEqual(
    both.map(({ people }) => people),
    [3, 1],
  );
  await w.tx(async (t) => {
    for (const one of both) await sendMailing(t, w.people.lead, one.id);
    await mergeProblem(t, w.people.lead, id, into);
  });
  const now = (one: { id: string }) => w.tx((t) => mailingById(t, one.id));
  await waited(async () => (await Promise.all(both.map(now))).every(({ state }) => state === 'done'), 60_000);
  const told = await Promise.all(both.map(now));
  assert.deepEqual(
    told.map((one) => [one.told, one.left]),
    [
      [2, 1],
      [1, 0],
    ],
    'who reported both is told in the newer one alone',
  );
  assert.equal((await preview(into)).people, 0);
});
