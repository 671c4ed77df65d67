import { type Db, sql, type Tx } from './db.ts';
import { Conflict, isRefused } from './errors.ts';
import { isJson } from './module.ts';
import { speaksOf } from './named.ts';
import { hash, type Seal } from './seal.ts';

/** Thrown to leave the transaction when the same request was already done; carries what was answered then. */
export type Replay = Error & { replay: { status: number; reply: unknown } };
export const isReplay = (error: unknown): error is Replay => error instanceof Error && 'replay' in error;

/** `secret`: the answer is shown once and not kept. */
export type Once = { seal: Seal; actorId: string; key: string; request: string; status: number; secret: boolean };
type Row = { fresh: boolean; request_hash: Buffer; status: number | null; reply: unknown };

/** Under the secret key: requests hold passwords, and a plain hash of one could be guessed at by whoever reads the table. */
const nameOf = ({ seal, request }: Once): Buffer => Buffer.from(seal.sign('repeated request', request));
const isSame = ({ seal, request }: Once, kept: Buffer): boolean =>
  // 32 bytes are from before: a program that runs beside this one during an upgrade still writes those.
  kept.length === 32 ? kept.equals(hash(request)) : seal.signed('repeated request', request, kept.toString('latin1'));

const claim = (tx: Tx, o: Once): Promise<Row | undefined> =>
  tx.first<Row>(sql`
    insert into idempotency as i (workspace_id, actor_id, key, request_hash) values (${tx.workspaceId}, ${o.actorId}, ${o.key}, ${nameOf(o)})
    on conflict (workspace_id, actor_id, key) do update set key = excluded.key returning i.request_hash, i.status, i.reply, i.xmax = 0 as fresh`);

const keep = (tx: Tx, o: Once, out: unknown): Promise<unknown> => {
  const reply = o.secret ? null : isJson(out) ? out.json : JSON.stringify(out ?? {});
  return tx.last(
    sql`update idempotency set status = ${o.status}, reply = ${reply}::jsonb where workspace_id = ${tx.workspaceId} and actor_id = ${o.actorId} and key = ${o.key}`,
  );
};

function replay(o: Once, row: Row | undefined): Error {
  if (!row || !isSame(o, row.request_hash))
    return Conflict(
      'This Idempotency-Key was used for another request. Nothing was changed; use a new key for each different write.',
      { type: 'key-reused' },
    );
  if (o.secret && row.status !== null)
    return Conflict(
      'This was done already, and its answer held a secret that is shown once. Nothing was done again; look at what was made, take it away if its secret is lost, and ask with a new key.',
      { type: 'done-before' },
    );
  return Object.assign(new Error('done before'), { replay: { status: row.status ?? o.status, reply: row.reply } });
}

/**
 * Makes a write happen once: the key's row is claimed first in the same transaction, so a twin waits for our commit and then gets our answer.
 * The work's statements follow in the same packet; a twin's are undone with its transaction. The same key with another request is refused.
 * Rows are kept for a day or more.
 */
export async function once<T>(tx: Tx, o: Once, work: (tx: Tx) => Promise<T>): Promise<T> {
  const claimed = claim(tx, o);
  // What keeps the answer is the last here.
  const doing = work({ ...tx, lastly: (asking) => asking() });
  const [row] = await Promise.all([claimed, doing.catch(() => undefined)]);
  if (!row?.fresh) throw replay(o, row);
  const out = await doing;
  await keep(tx, o, out);
  return out;
}

const PATIENCE = 30_000; // ms a twin waits for what is being done: as long as those wait who ask
const LOOK = 200;
/**
 * The same for work in transactions of its own, which asks others in between: its row is claimed before and stands alone meanwhile. What
 * was refused may be asked again. What broke off may have happened, and nobody knows: a twin is told so instead of doing it twice.
 */
export async function onceApart<T>(db: Db, workspaceId: string, o: Once, work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE; ; await new Promise((done) => setTimeout(done, LOOK))) {
    const row = await db.tx(workspaceId, (tx) => claim(tx, o));
    if (row?.fresh) break;
    if (row?.status !== null || !isSame(o, row.request_hash)) throw replay(o, row);
    if (Date.now() > end)
      throw Conflict(
        'The same request is still being done, or broke off. It was not done again; look whether it was done, and ask with a new key if not.',
        { type: 'being-done' },
      );
  }
  try {
    const out = await work();
    await db.tx(workspaceId, (tx) => keep(tx, o, out));
    return out;
  } catch (error) {
    if (isRefused(error) && error.refusal !== 'unavailable')
      await db.tx(workspaceId, (tx) =>
        tx.run(
          sql`delete from idempotency where workspace_id = ${tx.workspaceId} and actor_id = ${o.actorId} and key = ${o.key} and status is null`,
        ),
      );
    throw error;
  }
}

/** Answers that were kept for a repeated request and speak of somebody who was erased. */
export const forgetAnswers = (tx: Tx, words: string[]): Promise<number> =>
  tx.run(sql`
    delete from idempotency i where i.workspace_id = ${tx.workspaceId} and ${speaksOf('lower(i.reply::text)', words)}`);
