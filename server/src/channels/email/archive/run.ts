import type { Reason } from '@hearten/contract';
import type pg from 'pg';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict, isRefused, textOf } from '../../../base/errors.ts';
import { emit, system } from '../../../base/events.ts';
import { newId } from '../../../base/ids.ts';
import { quoted, reasonIn, whyOf } from '../../../base/reasons.ts';
import { hash } from '../../../base/seal.ts';
import { arrive } from '../arrive.ts';
import type { Raw } from '../incoming.ts';
import { type Kept, keepMails } from '../mails.ts';
import { type Ours, ourAddresses } from '../placed.ts';
import type { Room } from '../room.ts';
import { stubText } from '../stub.ts';
import { countImport, folderOf, importRow, type Row } from './imports.ts';
import { type Archive, lookAt } from './look.ts';
import { beginning, isWhereItWas, type Piece, type Position, piecesOf } from './read.ts';

const MOST = 50;
const MOST_BYTES = 12 * 1024 * 1024;
const LOCKS = 7_221_844; // our class of advisory locks
export type Progress = (row: Row, archive: Archive) => void;

/**
 * Reads an archive into an inbox, beginning where it stopped. Each batch is one transaction: its mails, and how far the archive is
 * read; so it may be killed at any moment, and nothing is lost or doubled. It sends nothing and notifies nobody. One process at a time:
 * an advisory lock that ends with its process however that dies.
 */
export async function runImport(
  room: Room,
  workspaceId: string,
  importId: string,
  progress: Progress = () => undefined,
  signal?: AbortSignal,
): Promise<Row> {
  const lock = await room.db.connect();
  try {
    await onlyOne(lock, importId);
    const row = await room.db.tx(workspaceId, (tx) => importRow(tx, importId));
    try {
      return await whole(room, workspaceId, row, progress, signal);
    } catch (error) {
      // Where it stands is kept; the words tell why it went no further.
      await room.db.tx(workspaceId, (tx) =>
        become(tx, row, 'failed', whyOf(error) ?? quoted(textOf(error).slice(0, 1000))),
      );
      if (!isRefused(error)) room.log.error('An import stopped', { error, importId });
      throw error;
    }
  } finally {
    await lock.end();
  }
}

async function onlyOne(lock: pg.Client, importId: string): Promise<void> {
  const { rows } = await lock.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
    LOCKS,
    importId,
  ]);
  if (!rows[0]?.got)
    throw Conflict(
      'This archive is being imported by another process at this moment. Nothing was changed; watch it there.',
    );
}

async function become(tx: Tx, row: Row, state: Row['state'], why: Reason | null = null): Promise<void> {
  await tx.run(sql`
    update mail_import set state = ${state}, state_text = ${why ? reasonIn(why, 'en').slice(0, 1000) : ''}, state_why = ${why && JSON.stringify(why)}::jsonb, updated_at = now(), finished_at = case when ${state} = 'done' then now() end
    where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
  await emit(tx, [{ name: 'inbox.changed', actor: system, data: { inboxId: row.inbox_id, importId: row.id } }]);
}

async function whole(
  room: Room,
  workspaceId: string,
  given: Row,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Row> {
  const archive = await lookAt(given.path);
  let position: Position = { ...structuredClone(beginning), ...given.position };
  const same = await isWhereItWas(archive, position);
  if (!same) position = structuredClone(beginning);
  let row = await room.db.tx(workspaceId, async (tx) => {
    await tx.run(sql`
      update mail_import set bytes_total = ${archive.bytes} where workspace_id = ${workspaceId} and id = ${given.id}`);
    // Changed before where it stopped: gone through from its beginning, and what is here already is known again.
    if (!same)
      await tx.run(sql`
        update mail_import set round = round + 1, position = '{}', place = 0, counted = 0, bytes_done = 0, imported = 0, known = 0, quarantined = 0, ignored = 0
        where workspace_id = ${workspaceId} and id = ${given.id}`);
    await become(tx, given, 'running');
    return countImport(tx, await importRow(tx, given.id));
  });
  const ours = await ourAddresses(room, workspaceId);
  const pieces = piecesOf(archive, position, room.config.MAX_MAIL_MB * 1024 * 1024);
  let place = row.place;
  let done = row.bytes_done;
  try {
    let next = gather(pieces);
    for (;;) {
      const batch = await next;
      if (batch.length === 0) break;
      next = gather(pieces);
      next.catch(() => undefined); // told when it is awaited; until then the batch before is written
      const steps = batch.map((piece) => {
        piece.move(position);
        done += piece.read;
        return { piece, place: ++place, position: JSON.stringify(position), done: Math.round(done) };
      });
      await write(room, workspaceId, row, steps, ours);
      row = await room.db.tx(workspaceId, (tx) => countImport(tx, row));
      progress(row, archive);
      if (row.state === 'stopping' || signal?.aborted)
        return await room.db.tx(workspaceId, async (tx) => {
          await become(tx, row, 'stopped');
          return importRow(tx, row.id);
        });
    }
  } finally {
    await pieces.return(undefined);
  }
  return room.db.tx(workspaceId, async (tx) => {
    await become(tx, row, 'done', leftAside(archive));
    return countImport(tx, row, true);
  });
}

const leftAside = ({ others }: Archive): Reason | null =>
  others.length === 0
    ? null
    : {
        code: 'import-aside',
        values: { n: others.length, names: `${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}` },
      };

async function gather(pieces: AsyncGenerator<Piece>): Promise<Piece[]> {
  const batch: Piece[] = [];
  let bytes = 0;
  while (batch.length < MOST && bytes < MOST_BYTES) {
    const { value, done } = await pieces.next();
    if (done) break;
    batch.push(value);
    bytes += value.bytes.length;
  }
  return batch;
}

type Step = { piece: Piece; place: number; position: string; done: number };

/** One batch: what is set aside or here already gets its row only; the others arrive as mail does, all as history. */
async function write(room: Room, workspaceId: string, row: Row, steps: Step[], ours: Ours): Promise<void> {
  const hashes = steps.map(({ piece }) => hash(piece.bytes));
  const here = new Set(
    (
      await room.db.read<{ hash: string }>(
        workspaceId,
        sql`select distinct encode(raw_hash, 'hex') as hash from inbound_mail where workspace_id = ${workspaceId} and inbox_id = ${row.inbox_id} and raw_hash = any (${hashes}::bytea[])
          and (folder <> ${folderOf(row.id)} or uidvalidity <> ${row.round} or uid < ${steps[0]?.place ?? 0})`,
      )
    ).map((one) => one.hash),
  );
  const most = room.config.MAX_MAIL_MB;
  const raws: Raw[] = [];
  const aside: { place: number; kept: Kept }[] = [];
  const placeOf = new Map<string, Step>();
  for (const [i, step] of steps.entries()) {
    const { piece, place } = step;
    const known = hashes[i] && here.has(hashes[i].toString('hex'));
    const raw: Raw = {
      id: newId(),
      inboxId: row.inbox_id,
      source: 'import',
      bytes: piece.bytes,
      size: piece.size,
      receivedAt: piece.receivedAt,
      historic: true,
      folder: folderOf(row.id),
      uidvalidity: row.round,
      uid: place,
      envelope: {},
      stub:
        piece.size > most * 1024 * 1024
          ? stubText(piece.size, most, `The whole of it is in ${piece.name} of the archive.`)
          : null,
    };
    placeOf.set(raw.id, step);
    if (!piece.aside && !known) raws.push(raw);
    else
      aside.push({
        place,
        kept: {
          raw,
          hash: piece.aside ? null : (hashes[i] ?? null),
          state: 'ignored',
          reason: piece.aside ?? 'The same mail is here already.',
          from: '',
          subject: '',
          messageId: null,
        },
      });
  }
  const upTo = async (tx: Tx, step: Step): Promise<void> => {
    const mine = aside.filter((one) => one.place <= step.place).map((one) => one.kept);
    if (mine.length > 0) await keepMails(tx, mine);
    await tx.run(sql`
      update mail_import set position = ${step.position}::jsonb, place = ${step.place}, bytes_done = ${step.done}, updated_at = now()
      where workspace_id = ${workspaceId} and id = ${row.id}`);
  };
  await arrive(
    room,
    workspaceId,
    raws,
    async (tx, some) => {
      const last = placeOf.get(some.at(-1)?.id ?? '');
      if (last) await upTo(tx, last);
    },
    ours,
  );
  const last = steps.at(-1);
  if (last && last.place !== placeOf.get(raws.at(-1)?.id ?? '')?.place)
    await room.db.tx(workspaceId, (tx) => upTo(tx, last));
}
