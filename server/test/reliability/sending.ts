import assert from 'node:assert/strict';
import { sql } from '../../src/base/db.ts';
import { note } from '../../src/conversations/change.ts';
import { saveDraft } from '../../src/conversations/draft.ts';
import { addForgotten } from '../../src/conversations/recover.ts';
import { chaosProxy, dice, type Faults } from '../chaos-proxy.ts';
import type { Sink } from '../mail.ts';
import { type SendingDesk, waited } from '../sending-desk.ts';

/** What lies in the mails that left, whatever way their parts are encoded. */
function readable(raw: string): string {
  const joined = raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const decoded = [...raw.matchAll(/(?:^[A-Za-z0-9+/]{20,}={0,2}\r\n)+/gm)].map(([text]) =>
    Buffer.from(text, 'base64').toString(),
  );
  return [raw, joined, ...decoded].join('\n');
}

/** B08: what a team says among itself, in notes, mentions and drafts, beside `n` answers that leave. */
export async function leak(w: SendingDesk, sink: Sink, n: number): Promise<void> {
  const canary = `canary${Math.random().toString(36).slice(2)}`;
  const { people } = w.desk;
  const first = sink.ledger.length;
  const ids: string[] = [];
  for (let i = 0; i < n; i++) ids.push(await w.write(w.desk, `Leak ${i}`));
  const conversations = await w.desk.hearten.db.read<{ id: string; message: string }>(
    w.desk.workspaceId,
    sql`select conversation_id as id, id as message from message where workspace_id = ${w.desk.workspaceId} and id = any (${ids}::uuid[])`,
  );
  for (const { id } of conversations) {
    await w.desk.tx((tx) =>
      note(tx, people.lead, id, { text: `Between us: ${canary}. @The representative, please look.` }),
    );
    await w.desk.tx((tx) =>
      saveDraft(tx, people.representative, id, { kind: 'reply', text: `Not sent yet ${canary}`, attachments: [] }),
    );
    await w.desk.tx((tx) =>
      saveDraft(tx, people.specialist, id, { kind: 'note', text: `Nor this ${canary}`, attachments: [] }),
    );
  }
  for (const { id } of conversations) await w.reply(w.desk, id, 'An answer, with what was said before.');
  await waited(() => sink.ledger.length >= first + 2 * n, 600_000);
  const left = sink.ledger.slice(first);
  assert.equal(
    left.filter(({ raw }) => readable(raw).includes('An answer, with what')).length,
    n,
    'the answers are read rightly',
  );
  assert.deepEqual(
    left.filter(({ raw }) => readable(raw).includes(canary)),
    [],
  );
}

/** Where a line to a mail server may break: before, in the middle of, and after the mail itself. */
const smtpFaults: ((random: () => number) => Faults)[] = [
  (random) => ({ up: { kind: 'reset', after: 4_000 + Math.floor(random() * 10_000) } }), // after a few mails that were well
  (random) => ({ down: { kind: 'reset', after: 1 + Math.floor(random() * 500) } }),
  (random) => ({ down: { kind: 'truncate', after: 1 + Math.floor(random() * 500) } }),
  (random) => ({ up: { kind: 'reset', after: 1 + Math.floor(random() * 3000) } }),
  (random) => ({ up: { kind: 'truncate', after: 1 + Math.floor(random() * 3000) } }),
  () => ({ down: { kind: 'truncate', after: '<CR><LF>\r\n' } }),
  () => ({ up: { kind: 'reset', after: '\r\n.\r\n' } }),
  () => ({ up: { kind: 'truncate', after: '\r\n.\r\n' } }),
  () => ({ up: { kind: 'half-close', after: '\r\n.\r\n' } }),
  (random) => ({
    down: { kind: 'delay', least: 0, most: 300 },
    up: { kind: 'truncate', after: 3_000 + Math.floor(random() * 5_000) },
  }),
];

export type Outcome = { states: Record<string, number>; lines: number; twice: number };
/**
 * B01 B02: `n` answers over lines that break as the seed says, until `quiet` lines have been tried; then they hold. What the receiving
 * server wrote down is compared with what we say of each answer.
 */
export async function chaos(w: SendingDesk, sink: Sink, n: number, seed: number, quiet: number): Promise<Outcome> {
  const proxy = await chaosProxy(sink.port, seed);
  proxy.each = (line, random) =>
    line < quiet ? (smtpFaults[Math.floor(random() * smtpFaults.length)]?.(random) ?? {}) : {};
  await w.smtp(w.desk, proxy.port);
  const refusing = dice(seed);
  sink.atData = () => (refusing() < 0.1 ? 451 : undefined);
  const first = sink.ledger.length;
  const ids = new Set<string>();
  for (let i = 0; i < n; i++) ids.add(await w.write(w.desk, `Chaos ${seed} ${i}`));
  const mine = async () => (await w.out(w.desk)).filter((out) => ids.has(out.id));
  const { hearten, workspaceId } = w.desk;
  await waited(async () => {
    // Time passes: what is to be tried again is due now.
    await w.desk.tx((tx) =>
      tx.run(
        sql`update message set send_at = now() - interval '4 minutes' where workspace_id = ${workspaceId} and state = 'deferred'`,
      ),
    );
    await addForgotten(hearten);
    return (await mine()).every(({ state }) => !['queued', 'sending', 'deferred'].includes(state));
  }, 600_000);
  await proxy.stop();
  const seen = Map.groupBy(sink.ledger.slice(first), ({ messageId }) => messageId);
  const all = await mine();
  for (const { state, state_reason, external_id, subject } of all) {
    const copies = seen.get(external_id)?.length ?? 0;
    const said = `${subject} is ${state} (${state_reason}) and arrived ${copies} times`;
    if (state === 'sent') assert.ok(copies >= 1, said);
    assert.ok(copies <= 1, said);
    // What the server refused, by the words that reached us, is the only thing said to have failed.
    if (state === 'failed') assert.match(state_reason ?? '', /554/, said);
    assert.ok(['sent', 'unknown', 'failed'].includes(state), said);
  }
  const states = Object.fromEntries(
    [...Map.groupBy(all, ({ state }) => state)].map(([state, some]) => [state, some.length]),
  );
  return { states, lines: proxy.opened(), twice: [...seen.values()].filter((copies) => copies.length > 1).length };
}
