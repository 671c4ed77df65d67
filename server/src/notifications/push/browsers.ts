import { createECDH } from 'node:crypto';
import type { Body, PushBrowser } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { Forbidden, Invalid, NotFound } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Who } from '../../base/module.ts';
import { hash, type Seal } from '../../base/seal.ts';
import type { Recipient } from './encrypt.ts';

export type Address = Recipient & { endpoint: string };
export const placeOf = (workspaceId: string, id: string): string => `push ${workspaceId} ${id}`;

/** The browsers of a person that are told by push, as long as somebody is signed in there. */
export async function browsersOf(tx: Tx, who: Who): Promise<PushBrowser[]> {
  return tx.many<PushBrowser>(sql`
    select b.id, b.agent, b.session_id = ${who.sessionId || null}::uuid as current, b.created_at as "createdAt", b.told_at as "toldAt"
    from push_browser b join session s on s.id = b.session_id and s.account_id = ${who.accountId} and s.expires_at > now()
    where b.workspace_id = ${tx.workspaceId} and b.person_id = ${who.id} order by b.created_at desc`);
}

/**
 * This browser is told from now on what its person hears. The same one again changes hands: whoever is signed in there last hears, and
 * nobody else.
 */
export async function addBrowser(
  tx: Tx,
  seal: Seal,
  who: Who,
  agent: string,
  { endpoint, p256dh, auth }: Body<'POST /notifications/browsers'>,
): Promise<void> {
  if (who.kind !== 'person') throw Forbidden('A key has no browser. Sign in to be told by push.');
  try {
    createECDH('prime256v1').computeSecret(Buffer.from(p256dh, 'base64url'));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  const point = Buffer.from(p256dh, 'base64url');
  if (point.length !== 65 || point[0] !== 4 || Buffer.from(auth, 'base64url').length !== 16)
    throw Invalid('These are no keys of a browser. Switch push off and on again.');
  const known = hash(endpoint);
  const before = await tx.first<{ id: string }>(
    sql`select id from push_browser where workspace_id = ${tx.workspaceId} and endpoint_hash = ${known} for update`,
  );
  const id = before?.id ?? newId();
  const sealed = seal.close(JSON.stringify({ endpoint, p256dh, auth } satisfies Address), placeOf(tx.workspaceId, id));
  await tx.run(sql`
    insert into push_browser (workspace_id, id, person_id, session_id, endpoint_hash, sealed, agent)
    values (${tx.workspaceId}, ${id}, ${who.id}, ${who.sessionId}, ${known}, ${sealed}, ${agent.slice(0, 400)})
    on conflict (workspace_id, id) do update set person_id = excluded.person_id, session_id = excluded.session_id, sealed = excluded.sealed, agent = excluded.agent`);
  // Fifty are enough for anyone; the oldest goes.
  await tx.run(sql`
    delete from push_browser where workspace_id = ${tx.workspaceId} and id in (
      select id from push_browser where workspace_id = ${tx.workspaceId} and person_id = ${who.id} order by created_at desc offset 50)`);
}

export async function removeBrowser(tx: Tx, who: Who, id: string): Promise<void> {
  const gone = await tx.run(
    sql`delete from push_browser where workspace_id = ${tx.workspaceId} and id = ${id} and person_id = ${who.id}`,
  );
  if (!gone) throw NotFound();
}
