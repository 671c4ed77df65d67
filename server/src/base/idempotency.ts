import { sql, type Tx } from './db.ts';
import { Conflict } from './errors.ts';
import { isJson } from './module.ts';
import { hash } from './seal.ts';

/** Thrown to leave the transaction when the same request was already done; carries what was answered then. */
export type Replay = Error & { replay: { status: number; reply: unknown } };
export const isReplay = (error: unknown): error is Replay => error instanceof Error && 'replay' in error;

export type Once = { actorId: string; key: string; request: string; status: number };

/**
 * Makes a write happen once: the key's row is claimed first in the same transaction, so a twin waits for our commit and then gets our answer.
 * The work's statements follow in the same packet; a twin's are undone with its transaction. The same key with another request is refused.
 * Rows are kept for a day or more.
 */
export async function once<T>(tx: Tx, o: Once, work: () => Promise<T>): Promise<T> {
  const wanted = hash(o.request);
  const claim = tx.first<{ fresh: boolean; request_hash: Buffer; status: number; reply: unknown }>(sql`
    insert into idempotency as i (workspace_id, actor_id, key, request_hash) values (${tx.workspaceId}, ${o.actorId}, ${o.key}, ${wanted})
    on conflict (workspace_id, actor_id, key) do update set key = excluded.key returning i.request_hash, i.status, i.reply, i.xmax = 0 as fresh`);
  const doing = work();
  const [row] = await Promise.all([claim, doing.catch(() => undefined)]);
  if (!row?.fresh) {
    if (!row?.request_hash.equals(wanted))
      throw Conflict(
        'This Idempotency-Key was used for another request. Nothing was changed; use a new key for each different write.',
        { type: 'key-reused' },
      );
    throw Object.assign(new Error('done before'), { replay: { status: row.status, reply: row.reply } });
  }
  const out = await doing;
  await tx.last(
    sql`update idempotency set status = ${o.status}, reply = ${isJson(out) ? out.json : JSON.stringify(out ?? {})}::jsonb where workspace_id = ${tx.workspaceId} and actor_id = ${o.actorId} and key = ${o.key}`,
  );
  return out;
}
