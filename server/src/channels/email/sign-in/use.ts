import type { Inbox, MailSettings, Provider } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict } from '../../../base/errors.ts';
import { emit } from '../../../base/events.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import { say } from '../../../base/words.ts';
import { lower } from '../address.ts';
import { changedInbox, heldInbox } from '../inboxes.ts';
import { openSecrets, type Room, sealSecrets, settingsOf } from '../room.ts';
import { troubleKey } from '../state.ts';
import type { Given } from './ask-for.ts';
import { columns, type SignInRow, signInPlace } from './go.ts';
import { keepGrant } from './grant.ts';
import { nameOf, placed } from './providers.ts';
import { registered } from './registered.ts';

type Taken = { provider: Provider; account: string; given: Given };

/** Uses up what a sign-in brought: once, by the person who signed in, within its time. */
export async function takeSignIn(tx: Tx, room: Room, who: Who, id: string): Promise<Taken> {
  const row = await tx.first<SignInRow>(sql`
    select ${columns} from mailbox_sign_in where workspace_id = ${tx.workspaceId} and id = ${id} and person_id = ${who.id} and state = 'ready' and expires_at > now() for update`);
  if (!row) throw Conflict('This sign-in was used already, or its time is over. Nothing was changed; sign in again.');
  await tx.run(
    sql`update mailbox_sign_in set state = 'used', secret = ''::bytea where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  const given = JSON.parse(room.seal.open(row.secret, signInPlace(tx, id))) as Given;
  return { provider: row.provider, account: row.account, given };
}

/** Another account may open a mailbox too: a colleague's with a shared one, or an alias. But a person has to mean it. */
export function mustMatch(taken: Taken, address: string, otherAccount: boolean): void {
  if (otherAccount || lower(taken.account) === lower(address)) return;
  throw Conflict(
    say(
      'You signed in as {account}, but the address is {address}. Nothing was changed; sign in with the other account, or say that this one is meant.',
      { account: taken.account, address },
    ),
    { type: 'other-account' },
  );
}

/** Settings of an inbox that is signed in to, with the provider's servers. */
export async function signedIn(
  tx: Tx,
  room: Room,
  taken: Taken,
  settings: MailSettings,
  address: string,
): Promise<MailSettings> {
  const known = await registered(tx, room, taken.provider);
  if (!known)
    throw Conflict(
      say('Hearten is not registered with {nameOf} any more. Nothing was changed.', { nameOf: nameOf(taken.provider) }),
    );
  const signIn = { provider: taken.provider, account: taken.account, at: new Date().toISOString() };
  return placed(known.facts, { ...settings, signIn }, address);
}

/** The sign-in takes the place of the passwords, or of the sign-in before; the mailbox is read again at once. */
export async function useSignIn(
  tx: Tx,
  room: Room,
  who: Who,
  id: string,
  use: { inboxId: string; otherAccount: boolean },
): Promise<Inbox> {
  const row = await heldInbox(tx, use.inboxId);
  const taken = await takeSignIn(tx, room, who, id);
  mustMatch(taken, row.address, use.otherAccount);
  const settings = await signedIn(tx, room, taken, settingsOf(row), row.address);
  const { imap: _imap, smtp: _smtp, ...secrets } = openSecrets(room.seal, row);
  await keepGrant(tx, room, row, taken.provider, taken.account, taken.given);
  await tx.run(sql`
    update inbox set settings = ${JSON.stringify(settings)}::jsonb, secrets = ${sealSecrets(room.seal, row, secrets)}, state = case when enabled then 'new' else 'paused' end,
      state_text = '', state_why = null, state_at = now(), trouble_since = null
    where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
  await room.jobs.cancel(tx, troubleKey(row.id));
  await emit(tx, [
    {
      name: 'inbox.signed-in',
      actor: actorOf(who),
      data: { inboxId: row.id, address: row.address, provider: taken.provider, account: taken.account },
    },
  ]);
  return changedInbox(tx, room.seal, row.id);
}
