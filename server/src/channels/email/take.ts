import { newId } from '../../base/ids.ts';
import { arrive } from './arrive.ts';
import type { Raw } from './incoming.ts';
import { ourAddresses } from './placed.ts';
import type { Room } from './room.ts';

/** Mails of the past that a module hands in as bytes: read and placed as those of an archive, in their order, and nobody is told. */
export async function takeHistory(
  room: Room,
  workspaceId: string,
  inboxId: string,
  mails: { bytes: Buffer; receivedAt: string }[],
): Promise<void> {
  const ours = await ourAddresses(room, workspaceId);
  const raws = mails.map(
    ({ bytes, receivedAt }): Raw => ({
      id: newId(),
      inboxId,
      source: 'import',
      bytes,
      size: bytes.length,
      receivedAt,
      historic: true,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    }),
  );
  await arrive(room, workspaceId, raws, undefined, ours);
}
