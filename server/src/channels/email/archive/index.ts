import { resolve } from 'node:path';
import { NOWHERE, sql } from '../../../base/db.ts';
import { NotFound } from '../../../base/errors.ts';
import { say } from '../../../base/words.ts';
import { lower } from '../address.ts';
import type { Room } from '../room.ts';
import { beginImport, goOn, type Row } from './imports.ts';
import { lookAt } from './look.ts';
import { type Progress, runImport } from './run.ts';

export { listImports, type Row as ImportRow, resumeImport, stopImport } from './imports.ts';

/** Imports a file or folder into the inbox of this address, going on where an earlier try stopped. */
export async function importInto(
  room: Room,
  address: string,
  path: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Row> {
  const homes = await room.db.read<{ workspace_id: string; inbox_id: string }>(
    NOWHERE,
    sql`select * from inboxes_for(${[lower(address)]}::text[])`,
  );
  const [home, another] = homes;
  if (!home)
    throw NotFound(say('There is no inbox for {address}. Nothing was changed; connect it first.', { address }));
  if (another)
    throw NotFound(
      say('Several workspaces have an inbox for {address}, so it is not clear which is meant. Nothing was changed.', {
        address,
      }),
    );
  const whole = resolve(path);
  await lookAt(whole); // what can't be read begins nothing
  const row = await room.db.tx(home.workspace_id, (tx) => beginImport(tx, home.inbox_id, whole));
  return runImport(room, home.workspace_id, row.id, progress, signal);
}

/** In the server: when it stops, the import goes on after its next start. */
export async function importHere(
  room: Room,
  workspaceId: string,
  importId: string,
  signal: AbortSignal,
): Promise<void> {
  const row = await runImport(room, workspaceId, importId, undefined, signal);
  if (row.state === 'stopped' && signal.aborted) await room.db.tx(workspaceId, (tx) => goOn(tx, importId));
}
