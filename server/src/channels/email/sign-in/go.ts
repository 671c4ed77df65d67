import { createHash } from 'node:crypto';
import type { Body, MailboxSignIn, Provider } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import type { Who } from '../../../base/module.ts';
import { hash, newToken } from '../../../base/seal.ts';
import { say } from '../../../base/words.ts';
import type { Room } from '../room.ts';
import { nameOf } from './providers.ts';
import { redirectUri, registered } from './registered.ts';

export type SignInRow = {
  id: string;
  provider: Provider;
  inbox_id: string | null;
  person_id: string;
  secret: Buffer;
  state: MailboxSignIn['state'];
  account: string;
  said: string;
};
/** Sealed on the way there: what proves that the answer is for us. */
export type Way = { verifier: string; nonce: string };
export const columns = sql`id, provider, inbox_id, person_id, secret, state, account, said`;
export const signInPlace = (tx: Tx, id: string): string => `mailbox-sign-in:${tx.workspaceId}:${id}`;

/** Sends a person to the provider: authorization code with PKCE, and a state that only this session can bring back, once, in ten minutes. */
export async function beginSignIn(
  tx: Tx,
  room: Room,
  who: Who,
  body: Body<'POST /mailbox-sign-ins'>,
): Promise<{ url: string }> {
  const inbox = body.inboxId
    ? await tx.first<{ address: string }>(
        sql`select address from inbox where workspace_id = ${tx.workspaceId} and id = ${body.inboxId} and deleted_at is null`,
      )
    : undefined;
  if (body.inboxId && !inbox) throw NotFound('This inbox is not here; it may have been disconnected.');
  if (who.kind !== 'person') throw Forbidden('Signing in to a mailbox is for a person at a screen.');
  const known = await registered(tx, room, body.provider);
  if (!known)
    throw Conflict(
      say('Hearten is not registered with {nameOf} yet. Do that first under Settings, Sign-in for mailboxes.', {
        nameOf: nameOf(body.provider),
      }),
    );
  const [id, token, verifier, nonce] = [newId(), newToken(), newToken(), newToken()];
  await tx.run(
    sql`delete from mailbox_sign_in where workspace_id = ${tx.workspaceId} and expires_at < now() - interval '1 day'`,
  );
  await tx.run(sql`
    insert into mailbox_sign_in (workspace_id, id, provider, state_hash, session_id, person_id, inbox_id, secret, expires_at)
    values (${tx.workspaceId}, ${id}, ${body.provider}, ${hash(token)}, ${who.sessionId}, ${who.id}, ${body.inboxId ?? null},
      ${room.seal.close(JSON.stringify({ verifier, nonce }), signInPlace(tx, id))}, now() + interval '10 minutes')`);
  const { facts, client } = known;
  const hint = inbox?.address ?? body.address;
  const query = new URLSearchParams({
    response_type: 'code',
    response_mode: 'query',
    client_id: client.clientId,
    redirect_uri: redirectUri(room),
    scope: facts.scope,
    state: `${id}.${token}`,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...facts.more,
    ...(hint ? { login_hint: hint } : {}),
  });
  return { url: `${facts.authorize}?${query}` };
}

const shown = (row: SignInRow): MailboxSignIn => ({
  id: row.id,
  provider: row.provider,
  state: row.state,
  account: row.account,
  text: row.said,
  inboxId: row.inbox_id,
});
export async function lookAtSignIn(tx: Tx, who: Who, id: string): Promise<MailboxSignIn> {
  const row = await tx.first<SignInRow>(
    sql`select ${columns} from mailbox_sign_in where workspace_id = ${tx.workspaceId} and id = ${id} and person_id = ${who.id}`,
  );
  if (!row) throw NotFound('This sign-in is not here, or is not yours. Begin it anew.');
  return shown(row);
}
