import type { BodyInput } from '@hearten/contract';
import type { Tx } from '../base/db.ts';
import type { Json, Who } from '../base/module.ts';
import { assign, note } from './change.ts';
import type { ChannelOf } from './inbox-of.ts';
import { moveInbox } from './move-inbox.ts';
import { changedFor, lockLive } from './rows.ts';

/**
 * Hands a conversation over: to a person, a team, another inbox, with a word for whoever gets it. Given to a team or an inbox it is
 * nobody's, until somebody there takes it. All of it, or nothing.
 */
export async function transfer(
  tx: Tx,
  channels: ChannelOf,
  who: Who,
  id: string,
  body: BodyInput<'POST /conversations/:id/transfer'>,
): Promise<Json> {
  await lockLive(tx, id);
  // Before it is somebody's: whoever gets it hears of that once, and finds the note there.
  if (body.note?.trim()) await note(tx, who, id, { text: body.note.trim() });
  if (body.inboxId) await moveInbox(tx, who, id, body.inboxId, channels);
  const nobody = body.assigneeId === undefined && (body.teamId !== undefined || body.inboxId !== undefined);
  await assign(tx, who, id, {
    ...(nobody ? { assigneeId: null } : body.assigneeId === undefined ? {} : { assigneeId: body.assigneeId }),
    ...(body.teamId === undefined ? {} : { teamId: body.teamId }),
  });
  return changedFor(tx, who.id, id);
}
