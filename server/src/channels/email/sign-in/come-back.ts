import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql, type Tx } from '../../../base/db.ts';
import { isRefused, isRefusedAs, textOf } from '../../../base/errors.ts';
import { isId } from '../../../base/ids.ts';
import type { Who } from '../../../base/module.ts';
import { hash } from '../../../base/seal.ts';
import { lower } from '../address.ts';
import { type Room, settingsOf } from '../room.ts';
import { accountOf, askFor } from './ask-for.ts';
import { columns, type SignInRow, signInPlace, type Way } from './go.ts';
import { factsOf } from './providers.ts';
import { redirectUri, registered } from './registered.ts';
import { useSignIn } from './use.ts';

const broken = 'It was broken off halfway. Nothing was changed; sign in again.';
type Came = { code?: string; state?: string; error?: string; error_description?: string };
/** Of an address only what is one text: `?code=a&code=b` is nothing. */
const cameWith = (query: unknown): Came =>
  Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter(([, value]) => typeof value === 'string'),
  ) as Came;

/** Where a provider sends people back to. Whatever comes of it is said on the inbox's page, never in an address. */
export function comeBackRoute(
  app: FastifyInstance,
  room: Room,
  identify: (request: FastifyRequest) => Promise<Who | null>,
  changed: () => void,
): void {
  app.get('/oauth/callback', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const who = await identify(request);
    if (who?.kind !== 'person') return reply.redirect('/sign-in', 303);
    const came = cameWith(request.query);
    const row = who.may('inbox.write') ? await claim(room, who, came.state ?? '') : undefined;
    if (!row) return reply.redirect('/settings/inboxes?signIn=over', 303);
    const page = `/settings/inboxes/${row.inbox_id ?? 'new'}`;
    const done = await finish(room, who, row, came).catch(async (error: unknown) => {
      if (!isRefused(error)) room.log.error('A sign-in to a mailbox failed', { error });
      await say(room, who, row.id, isRefused(error) ? `${textOf(error)} Nothing was changed.` : broken);
      return false;
    });
    if (done) changed();
    return reply.redirect(done ? page : `${page}?signIn=${row.id}`, 303);
  });
}

/** The row of this state, for one caller only: in the session that began it, within its time. */
async function claim(room: Room, who: Who, state: string): Promise<SignInRow | undefined> {
  const [id = '', token = ''] = state.split('.');
  if (!isId(id) || !token) return undefined;
  return room.db.tx(who.workspaceId, (tx) =>
    tx.first<SignInRow>(sql`
      update mailbox_sign_in set state = 'failed', said = ${broken} where workspace_id = ${tx.workspaceId} and id = ${id} and state_hash = ${hash(token)}
        and session_id = ${who.sessionId} and person_id = ${who.id} and state = 'begun' and expires_at > now()
      returning ${columns}`),
  );
}
const say = (room: Room, who: Who, id: string, text: string): Promise<number> =>
  room.db.tx(who.workspaceId, (tx) =>
    tx.run(
      sql`update mailbox_sign_in set state = 'failed', said = ${text}, secret = ''::bytea where workspace_id = ${tx.workspaceId} and id = ${id}`,
    ),
  );

/** True when an inbox has it already; false when its page has something to say or to ask first. */
async function finish(room: Room, who: Who, row: SignInRow, came: Came): Promise<boolean> {
  const known = await room.db.tx(who.workspaceId, (tx) => registered(tx, room, row.provider));
  const { name } = known?.facts ?? factsOf(room.config, row.provider, '');
  const no = async (text: string): Promise<false> => {
    await say(room, who, row.id, text);
    return false;
  };
  if (!known) return no(`Hearten is not registered with ${name} any more. Nothing was changed.`);
  if (came.error || !came.code) return no(notGiven(name, came.error ?? 'no code', came.error_description ?? ''));
  const { verifier, nonce } = await room.db.tx(
    who.workspaceId,
    async (tx) => JSON.parse(room.seal.open(row.secret, signInPlace(tx, row.id))) as Way,
  );
  const given = await askFor(room.config, known.facts, known.client, {
    grant_type: 'authorization_code',
    code: came.code,
    redirect_uri: redirectUri(room),
    code_verifier: verifier,
  });
  if ('refused' in given) return no(notGiven(name, given.refused, given.description));
  const account = given.idToken ? accountOf(given.idToken, known.facts, known.client.clientId, nonce) : null;
  if (!account) return no(`${name} did not say whose account it is. Nothing was changed; sign in again.`);
  if (!given.refresh)
    return no(
      `${name} let Hearten in for an hour only. Nothing was changed; take Hearten's permission away in the account and sign in again.`,
    );
  const ready = JSON.stringify({ ...given, idToken: null });
  return room.db.tx(who.workspaceId, async (tx) => {
    await tx.run(sql`
      update mailbox_sign_in set state = 'ready', said = '', account = ${account}, secret = ${room.seal.close(ready, signInPlace(tx, row.id))}, expires_at = now() + interval '1 hour'
      where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
    return useIfSure(tx, room, who, row, account);
  });
}

/** The account of the address itself, or the one it was signed in with before, is what was meant. */
async function useIfSure(tx: Tx, room: Room, who: Who, row: SignInRow, account: string): Promise<boolean> {
  if (!row.inbox_id) return false;
  const inbox = await tx.first<{ address: string; settings: Record<string, unknown> }>(
    sql`select address, settings from inbox where workspace_id = ${tx.workspaceId} and id = ${row.inbox_id} and deleted_at is null`,
  );
  if (!inbox) return false;
  const { signIn } = settingsOf(inbox);
  const before = signIn?.provider === row.provider ? [signIn.account] : [];
  if (![inbox.address, ...before].some((one) => lower(one) === lower(account))) return false;
  await useSignIn(tx, room, who, row.id, { inboxId: row.inbox_id, otherAccount: true }).catch((error: unknown) => {
    if (!isRefusedAs(error, 'not-found')) throw error; // disconnected meanwhile: its page says so
  });
  return true;
}

/** What the provider said instead. */
function notGiven(name: string, error: string, description: string): string {
  if (error === 'access_denied')
    return `${name} says that permission was not given. Nothing was changed; sign in again and agree, or ask whoever administers your ${name} accounts.`;
  return `${name} did not sign you in (${`${error} ${description}`.trim().slice(0, 400)}). Nothing was changed.`;
}
