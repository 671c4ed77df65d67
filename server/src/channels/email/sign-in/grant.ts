import { setTimeout as sleep } from 'node:timers/promises';
import type { Provider, Reason } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Forbidden, isRefused, NotFound, textOf, Unavailable } from '../../../base/errors.ts';
import { count } from '../../../base/metrics.ts';
import { said, withWhy } from '../../../base/reasons.ts';
import { say } from '../../../base/words.ts';
import { stateIn } from '../state.ts';
import { askFor, type Given, takeBack } from './ask-for.ts';
import { factsOf, nameOf } from './providers.ts';
import { registered } from './registered.ts';
import { type Home, type Keys, refreshIn, refreshKey } from './renewal.ts';

type Kept = { access: string; refresh: string };
type Row = {
  provider: Provider;
  account: string;
  secret: Buffer;
  version: number;
  left: number;
  leased: boolean;
  waits: boolean;
  failures: number;
  refused_at: string | null;
  refusal: string;
};
const EARLY = 300; // seconds before its end from which a token is not used for anything new while another can be had
const AHEAD = 600; // seconds before its end at which the next is asked for, whether anyone needs it or not
const LEASE = 30;
const place = (home: Home): string => `mailbox-grant:${home.workspace_id}:${home.id}`;

const read = (tx: Tx, home: Home): Promise<Row | undefined> =>
  tx.first<Row>(sql`
    select provider, account, secret, version, extract(epoch from expires_at - now())::float8 as left, coalesce(leased_until > now(), false) as leased,
      coalesce(next_at > now(), false) as waits, failures, refused_at, refusal
    from mailbox_grant where workspace_id = ${tx.workspaceId} and inbox_id = ${home.id}`);

/** What was refused, for whoever looks after the inbox. */
function words(provider: Provider, account: string, refusal: string): Reason {
  const name = nameOf(provider);
  if (refusal === 'invalid_client' || refusal === 'unauthorized_client')
    return { code: 'secret-refused', values: { provider: name } };
  return refusal === 'invalid_grant'
    ? { code: 'grant-ended', values: { provider: name, account } }
    : { code: 'grant-refused', values: { provider: name, account, said: refusal } };
}

/** Keeps what a person's sign-in gave, in place of whatever was there. */
export async function keepGrant(
  tx: Tx,
  room: Keys,
  home: Home,
  provider: Provider,
  account: string,
  given: Given,
): Promise<void> {
  const secret = room.seal.close(JSON.stringify({ access: given.access, refresh: given.refresh ?? '' }), place(home));
  await tx.run(sql`
    insert into mailbox_grant (workspace_id, inbox_id, provider, account, secret, expires_at)
    values (${tx.workspaceId}, ${home.id}, ${provider}, ${account}, ${secret}, now() + make_interval(secs => ${given.seconds}::int))
    on conflict (workspace_id, inbox_id) do update set provider = excluded.provider, account = excluded.account, secret = excluded.secret, expires_at = excluded.expires_at,
      version = mailbox_grant.version + 1, leased_until = null, failures = 0, next_at = null, refused_at = null, refusal = ''`);
  await refreshIn(tx, room, home, given.seconds - AHEAD);
}
/** Lets go of it; what to take back at the provider, if it was any good still. */
export async function dropGrant(tx: Tx, room: Keys, home: Home): Promise<void> {
  const row = await read(tx, home);
  if (!row) return;
  const { refresh } = open(room, home, row);
  await tx.run(sql`delete from mailbox_grant where workspace_id = ${tx.workspaceId} and inbox_id = ${home.id}`);
  await room.jobs.cancel(tx, refreshKey(home));
  // Sealed: a job is a row like any other.
  const sealed = room.seal.close(refresh, `take-back:${tx.workspaceId}`).toString('base64');
  if (refresh && !row.refused_at) await room.jobs.add(tx, 'take-grant-back', { provider: row.provider, sealed });
}
const open = (room: Pick<Keys, 'seal'>, home: Home, row: Row): Kept =>
  JSON.parse(room.seal.open(row.secret, place(home))) as Kept;

/** The job: takes back at the provider what nobody here needs any more. */
export async function takeGrantBack(
  room: Keys,
  workspaceId: string,
  provider: Provider,
  sealed: string,
): Promise<void> {
  const refresh = room.seal.open(Buffer.from(sealed, 'base64'), `take-back:${workspaceId}`);
  await takeBack(room.config, factsOf(room.config, provider, ''), refresh);
}

/**
 * What opens the mailbox now. The next is asked for before the end, by one process of however many; the others wait for it, or go on
 * with what is still good. Throws a refusal in plain words when the provider said no, and Unavailable while it does not answer.
 */
export async function accessFor(room: Keys, home: Home, early = EARLY): Promise<string> {
  for (const end = Date.now() + (LEASE + 5) * 1000; Date.now() < end; await sleep(200)) {
    const row = await room.db.tx(home.workspace_id, (tx) => read(tx, home));
    if (!row) throw NotFound('Nobody is signed in to this mailbox any more. Sign in again on its page.');
    if (row.refused_at) {
      const why = words(row.provider, row.account, row.refusal);
      throw withWhy(Forbidden(said(why)), why);
    }
    const good = row.left > 10 ? open(room, home, row).access : null;
    if (good && (row.left > early || row.leased || row.waits)) return good;
    if (row.waits)
      throw Unavailable(
        say("{nameOf} can't be asked for a new sign-in at the moment; trying again by itself.", {
          nameOf: nameOf(row.provider),
        }),
      );
    if (row.leased) continue;
    const version = await claim(room, home, row.version);
    if (version === null) continue;
    const renewed = await renew(room, home, row, version);
    if (renewed ?? good) return (renewed ?? good) as string;
  }
  throw Unavailable('The sign-in to this mailbox is being renewed and takes long; trying again by itself.');
}

const claim = (room: Keys, home: Home, version: number): Promise<number | null> =>
  room.db.tx(home.workspace_id, async (tx) => {
    const row = await tx.first<{ version: number }>(sql`
      update mailbox_grant set leased_until = now() + make_interval(secs => ${LEASE}::int), version = version + 1
      where workspace_id = ${tx.workspaceId} and inbox_id = ${home.id} and version = ${version} and (leased_until is null or leased_until < now()) and refused_at is null
      returning version`);
    return row?.version ?? null;
  });

/** Asks for the next; what comes of it is written only while nobody else has taken over. Null while the provider does not answer. */
async function renew(room: Keys, home: Home, row: Row, version: number): Promise<string | null> {
  const { refresh } = open(room, home, row);
  const known = await room.db.tx(home.workspace_id, (tx) => registered(tx, room, row.provider));
  const outcome = known
    ? await askFor(room.config, known.facts, known.client, {
        grant_type: 'refresh_token',
        refresh_token: refresh,
        ...(row.provider === 'microsoft' ? { scope: known.facts.scope } : {}),
      }).catch((error: unknown) => ({ trouble: isRefused(error) ? textOf(error) : 'no answer' }))
    : { refused: 'unauthorized_client', description: '' };
  const mine = sql`inbox_id = ${home.id} and version = ${version}`;
  count('hearten_mailbox_refresh_total', 'Sign-ins to mailboxes renewed', {
    outcome: 'access' in outcome ? 'renewed' : 'refused' in outcome ? 'refused' : 'unreachable',
  });
  return room.db.tx(home.workspace_id, async (tx) => {
    if ('trouble' in outcome) {
      const wait = Math.min(600, 15 * 2 ** Math.min(row.failures, 6));
      const mineStill = await tx.run(sql`
        update mailbox_grant set leased_until = null, failures = failures + 1, next_at = now() + make_interval(secs => ${wait}::int) where workspace_id = ${tx.workspaceId} and ${mine}`);
      if (mineStill) await refreshIn(tx, room, home, wait);
      room.log.warn('A sign-in to a mailbox could not be renewed; trying again', {
        inboxId: home.id,
        error: outcome.trouble,
      });
      return null;
    }
    if ('refused' in outcome) {
      const mineStill = await tx.run(
        sql`update mailbox_grant set leased_until = null, refused_at = now(), refusal = ${outcome.refused} where workspace_id = ${tx.workspaceId} and ${mine}`,
      );
      const why = words(row.provider, row.account, outcome.refused);
      room.log.error('A provider refuses the sign-in to a mailbox', {
        inboxId: home.id,
        error: `${outcome.refused} ${outcome.description}`,
      });
      // Nothing mends this by itself: its people are told at once.
      if (mineStill) await stateIn(tx, room, home.id, 'trouble', why, { telling: 'at once' });
      return null;
    }
    // Some give the next refresh token each time, and the former is worthless from then on; some give none.
    const secret = room.seal.close(
      JSON.stringify({ access: outcome.access, refresh: outcome.refresh ?? refresh }),
      place(home),
    );
    await tx.run(sql`
      update mailbox_grant set secret = ${secret}, expires_at = now() + make_interval(secs => ${outcome.seconds}::int), leased_until = null, failures = 0, next_at = null where workspace_id = ${tx.workspaceId} and ${mine}`);
    await refreshIn(tx, room, home, outcome.seconds - AHEAD);
    return outcome.access;
  });
}

/** The job: the next is asked for before anyone needs it, so that a refusal is known while the last one still works. */
export async function refreshGrant(room: Keys, workspaceId: string, inboxId: string): Promise<void> {
  await accessFor(room, { workspace_id: workspaceId, id: inboxId }, AHEAD + 60).catch((error: unknown) => {
    if (!isRefused(error)) throw error; // what was refused or unreachable has been noted, with the time of the next try
  });
}

const dropped = new Map<string, number>();
/** The mail server does not take it although its time is not over: ask for another, but not over and over. */
export async function distrust(room: Keys, home: Home, access: string): Promise<void> {
  if (Date.now() - (dropped.get(home.id) ?? 0) < 600_000) return;
  dropped.set(home.id, Date.now());
  await room.db.tx(home.workspace_id, async (tx) => {
    const row = await read(tx, home);
    if (row && open(room, home, row).access === access)
      await tx.run(
        sql`update mailbox_grant set expires_at = now() where workspace_id = ${tx.workspaceId} and inbox_id = ${home.id} and version = ${row.version}`,
      );
  });
}
