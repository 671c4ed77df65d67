import type { KnownMailing } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, isRefused } from '../base/errors.ts';
import { jobs } from '../base/jobs.ts';
import type { Who } from '../base/module.ts';
import { holdBack, undo } from '../conversations/index.ts';
import { becomes, lockMailing, type Mail, moved, PIECE } from './send.ts';
import { mailingById } from './shown.ts';

/** Stops it, and takes back what has not left: that waits from now on until the job has taken it back, however many there are. */
export async function undoMailing(tx: Tx, who: Who, id: string): Promise<KnownMailing> {
  const mail = await lockMailing(tx, id);
  if (mail.state === 'undoing' || mail.state === 'undone') return mailingById(tx, id);
  if (mail.state === 'preview') throw Conflict('Nothing was sent yet, so there is nothing to take back.');
  const sent = await tx.many<{ id: string }>(
    sql`select message_id as id from mailing_person where workspace_id = ${tx.workspaceId} and mailing_id = ${id} and state = 'sent'`,
  );
  const held = await holdBack(
    tx,
    sent.map((one) => one.id),
  );
  if (held === 0 && mail.state === 'done') throw Conflict('All of it has left already and cannot be taken back.');
  await becomes(tx, who, mail, 'undoing');
  await jobs.add(tx, 'mailing', { mailingId: id }, { key: `mailing:${id}` });
  return mailingById(tx, id);
}

/** Some of what still waits is taken back; what could not be stays told. True while there is more. */
export async function backPiece(tx: Tx, who: Who, mail: Mail): Promise<boolean> {
  const waiting = await tx.many<{ id: string; message_id: string }>(sql`
    select p.id, p.message_id from mailing_person p join message m on m.workspace_id = p.workspace_id and m.id = p.message_id
    where p.workspace_id = ${tx.workspaceId} and p.mailing_id = ${mail.id} and p.state = 'sent' and m.state = 'queued' and m.fence = 0 order by m.conversation_id, p.id limit ${PIECE}`);
  const taken: string[] = [];
  for (const one of waiting) {
    await tx.run(sql`savepoint one`);
    try {
      await undo(tx, who, one.message_id, false);
      taken.push(one.id);
    } catch (error) {
      if (!isRefused(error) || error.refusal === 'unavailable') throw error;
      await tx.run(sql`rollback to savepoint one`);
    }
  }
  await tx.run(
    sql`update mailing_person set state = 'undone', message_id = null where workspace_id = ${tx.workspaceId} and id = any (${taken}::uuid[])`,
  );
  // Where nothing could be taken back any more it ends, too.
  const more = waiting.length === PIECE && taken.length > 0;
  if (more) await moved(tx, who, mail);
  else {
    await tx.run(
      sql`delete from mailing_person where workspace_id = ${tx.workspaceId} and mailing_id = ${mail.id} and state = 'todo'`,
    );
    await becomes(tx, who, mail, 'undone');
  }
  return more;
}
