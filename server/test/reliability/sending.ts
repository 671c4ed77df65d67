import assert from 'node:assert/strict';
import { sql } from '../../src/base/db.ts';
import { note } from '../../src/conversations/change.ts';
import { saveDraft } from '../../src/conversations/draft.ts';
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
