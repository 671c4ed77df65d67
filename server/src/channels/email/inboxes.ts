import type { Body, Inbox, MailSettings } from '@hearten/contract';
import { none, type Sql, sql, type Tx } from '../../base/db.ts';
import { Conflict, Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { newToken, type Seal } from '../../base/seal.ts';
import type { InboxRow } from '../../conversations/index.ts';
import { lower } from './address.ts';
import { openSecrets, type Room, type Secrets, sealSecrets, settingsOf } from './room.ts';
import { dropGrant, keepGrant } from './sign-in/grant.ts';
import { factsOf, placed } from './sign-in/providers.ts';
import { mustMatch, signedIn, takeSignIn } from './sign-in/use.ts';
import { troubleKey } from './state.ts';

type Row = InboxRow & {
  state: Inbox['state']['state'];
  state_text: string;
  state_at: string | null;
  trouble_since: string | null;
  told: boolean;
  created_at: string;
  waiting: number;
};
type Write = Body<'POST /inboxes'>;

const rows = (tx: Tx, where: Sql, lock: Sql = none): Promise<Row[]> =>
  tx.many<Row>(sql`
    select i.workspace_id, i.id, i.brand_id, i.channel, i.name, i.address, i.enabled, i.settings, i.secrets, i.state, i.state_text, i.state_at, i.created_at, i.trouble_since, coalesce(i.told_at >= i.trouble_since, false) as told,
      coalesce((select sum(m.waiting) from mailbox m where m.workspace_id = i.workspace_id and m.inbox_id = i.id), 0)::int as waiting
    from inbox i where i.workspace_id = ${tx.workspaceId} and i.deleted_at is null ${where} order by i.created_at, i.id ${lock}`);

/** As the contract has it: passwords only as "there is one". */
function shown(seal: Seal, row: Row): Inbox {
  const kept = openSecrets(seal, row);
  return {
    id: row.id,
    name: row.name,
    channel: row.channel,
    address: row.address,
    enabled: row.enabled,
    settings: settingsOf(row),
    hasPassword: { imap: kept.imap !== undefined, smtp: kept.smtp !== undefined },
    state: {
      state: row.state,
      text: row.state_text,
      at: row.state_at,
      waiting: row.waiting,
      since: row.trouble_since,
      told: row.told,
    },
    createdAt: row.created_at,
  };
}
async function one(tx: Tx, id: string, lock = none): Promise<Row> {
  const [row] = await rows(tx, sql`and i.id = ${id}`, lock);
  if (!row) throw NotFound('This inbox is not here; it may have been disconnected.');
  return row;
}

/** Whoever changes it holds it: two changes at once must not undo each other's passwords. */
export const heldInbox = (tx: Tx, id: string): Promise<Row> => one(tx, id, sql`for update of i`);

/** As it is now, for whoever has just changed it. */
export const changedInbox = async (tx: Tx, seal: Seal, id: string): Promise<Inbox> => shown(seal, await one(tx, id));

/**
 * Settings as they are kept, and the passwords that were typed into them, apart. A kept password goes to nobody but the server it was
 * typed for: whoever names another one must know it.
 */
function apart(
  settings: MailSettings,
  before: Secrets,
  was: MailSettings | null = null,
): { settings: MailSettings; secrets: Secrets } {
  const secrets: Secrets = { ...before };
  const bare = { ...settings };
  for (const side of ['imap', 'smtp'] as const) {
    const place = settings[side];
    if (!place) {
      delete secrets[side];
      continue;
    }
    const { password, ...rest } = place;
    if (password !== undefined && password !== '') secrets[side] = password;
    else if (secrets[side] !== undefined && was?.[side] && lower(was[side].host) !== lower(rest.host))
      throw Invalid(
        `The server is another one than before. Nothing was changed; type the password for ${rest.host} too, so that the kept one is not given to it.`,
      );
    Object.assign(bare, { [side]: rest });
  }
  return { settings: bare, secrets };
}

/** Before it was tried: a mailbox is new; what is delivered to us only has to wait. */
const stateOf = (enabled: boolean, settings: MailSettings): string =>
  !enabled ? 'paused' : settings.imap ? 'new' : 'working';

export const listInboxes = async (tx: Tx, seal: Seal): Promise<{ items: Inbox[] }> => ({
  items: (await rows(tx, none)).map((row) => shown(seal, row)),
});

export async function createInbox(tx: Tx, room: Room, who: Who, body: Write): Promise<Inbox> {
  const { seal } = room;
  const id = newId();
  const taken = body.signIn ? await takeSignIn(tx, room, who, body.signIn.id) : null;
  if (taken) mustMatch(taken, body.address, body.signIn?.otherAccount ?? false);
  const { settings, secrets } = apart(
    taken
      ? await signedIn(tx, room, taken, { ...body.settings, signIn: null }, body.address)
      : { ...body.settings, signIn: null },
    {},
  );
  const made = await tx.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, enabled, settings, secrets, state)
    select ${tx.workspaceId}, ${id}, b.id, 'email', ${body.name}, ${body.address}, ${body.enabled ?? true}, ${JSON.stringify(settings)}::jsonb, ${sealSecrets(seal, { workspace_id: tx.workspaceId, id }, secrets)}, ${stateOf(body.enabled ?? true, settings)}
    from brand b where b.workspace_id = ${tx.workspaceId} order by b.created_at limit 1
    on conflict do nothing`);
  if (made === 0)
    throw Conflict(`There is an inbox for ${body.address} already. Nothing was changed; open that one instead.`);
  if (taken)
    await keepGrant(tx, room, { workspace_id: tx.workspaceId, id }, taken.provider, taken.account, taken.given);
  await emit(tx, [{ name: 'inbox.created', actor: actorOf(who), data: { inboxId: id, address: body.address } }]);
  return shown(seal, await one(tx, id));
}

export async function changeInbox(
  tx: Tx,
  room: Room,
  who: Who,
  id: string,
  body: Body<'PATCH /inboxes/:id'>,
): Promise<Inbox> {
  const { seal } = room;
  const row = await heldInbox(tx, id);
  if (body.address && lower(body.address) !== lower(row.address)) {
    const taken = await tx.first(
      sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and channel = ${row.channel} and lower(address) = ${lower(body.address)} and deleted_at is null and id <> ${id}`,
    );
    if (taken) throw Conflict(`There is an inbox for ${body.address} already. Nothing was changed.`);
  }
  const before = settingsOf(row);
  // Signing in is a thing of its own; here one can only keep it or go back to passwords.
  const signIn = body.settings?.signIn === null ? null : before.signIn;
  if (before.signIn && !signIn) await dropGrant(tx, room, row);
  const wanted =
    body.settings && signIn
      ? placed(factsOf(room.config, signIn.provider, ''), { ...body.settings, signIn }, body.address ?? row.address)
      : body.settings;
  const next = wanted ? apart({ ...wanted, signIn }, openSecrets(seal, row), before.signIn ? null : before) : null;
  const enabled = body.enabled ?? row.enabled;
  await tx.run(sql`
    update inbox set name = ${body.name ?? row.name}, address = ${body.address ?? row.address}, enabled = ${enabled},
      settings = ${JSON.stringify(next?.settings ?? before)}::jsonb, secrets = ${next ? sealSecrets(seal, row, next.secrets) : row.secrets},
      ${next || enabled !== row.enabled ? sql`state = ${stateOf(enabled, next?.settings ?? before)}, state_text = '', state_at = now(), trouble_since = null` : sql`state = state`}
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (next || enabled !== row.enabled) await room.jobs.cancel(tx, troubleKey(id));
  // More history is wanted than before: what lies below the first mail is looked at again. Known mail stays known.
  const after = next?.settings.imap;
  if (after && (after.all || after.since) && (after.all !== before.imap?.all || after.since !== before.imap?.since))
    await tx.run(
      sql`update mailbox set history_uid = first_uid - 1 where workspace_id = ${tx.workspaceId} and inbox_id = ${id} and first_uid > 0`,
    );
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: id } }]);
  return shown(seal, await one(tx, id));
}

/** Disconnected, not deleted: what was written stays, and so does its history of what was fetched. */
export async function disconnectInbox(tx: Tx, room: Room, who: Who, id: string): Promise<void> {
  const { seal } = room;
  const row = await heldInbox(tx, id);
  await tx.run(
    sql`update inbox set deleted_at = now(), enabled = false, secrets = ${sealSecrets(seal, row, {})}, state = 'paused', state_text = '', trouble_since = null where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await dropGrant(tx, room, row);
  await room.jobs.cancel(tx, troubleKey(id));
  await emit(tx, [{ name: 'inbox.disconnected', actor: actorOf(who), data: { inboxId: id, address: row.address } }]);
}

export async function newIntakeKey(tx: Tx, seal: Seal, who: Who, id: string): Promise<{ key: string }> {
  const row = await heldInbox(tx, id);
  const key = newToken();
  await tx.run(
    sql`update inbox set secrets = ${sealSecrets(seal, row, { ...openSecrets(seal, row), intakeKey: key })} where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: id, intakeKey: true } }]);
  return { key };
}

/** Settings with their passwords, to be tried: those typed, and for a known inbox those kept, or its sign-in. */
export async function tried(
  tx: Tx,
  room: Room,
  body: Body<'POST /inboxes/test'>,
): Promise<{ settings: MailSettings; secrets: Secrets; home: { workspace_id: string; id: string } | null }> {
  const row = body.id ? await one(tx, body.id) : null;
  const signIn = row && body.settings.signIn !== null ? settingsOf(row).signIn : null;
  if (!signIn && !body.settings.imap && !body.settings.smtp)
    throw Invalid('There is nothing to try yet: fill in where mail is fetched or sent.');
  const wanted = { ...body.settings, signIn };
  const settings = signIn ? placed(factsOf(room.config, signIn.provider, ''), wanted, body.address) : wanted;
  const home = row && signIn ? { workspace_id: row.workspace_id, id: row.id } : null;
  return { ...apart(settings, row ? openSecrets(room.seal, row) : {}, row && !signIn ? settingsOf(row) : null), home };
}
