import { randomBytes } from 'node:crypto';
import { type Body, type Inbox, type MailSettings, mailSettings, type Reason } from '@hearten/contract';
import { none, type Sql, sql, type Tx } from '../../base/db.ts';
import { Conflict, Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import { actorOf, type Who } from '../../base/module.ts';
import type { Seal } from '../../base/seal.ts';
import { say } from '../../base/words.ts';
import type { InboxRow } from '../../conversations/index.ts';
import { refuseInSample } from '../../team/index.ts';
import { lower } from './address.ts';
import { openSecrets, type Room, type Secrets, sealSecrets, settingsOf } from './room.ts';
import { dropGrant, keepGrant } from './sign-in/grant.ts';
import { factsOf, placed } from './sign-in/providers.ts';
import { mustMatch, signedIn, takeSignIn } from './sign-in/use.ts';
import { troubleKey } from './state.ts';

type Row = InboxRow & {
  state: Inbox['state']['state'];
  state_text: string;
  state_why: Reason | null;
  state_at: string | null;
  trouble_since: string | null;
  told: boolean;
  created_at: string;
  waiting: number;
};
type Write = Body<'POST /inboxes'>;

const rows = (tx: Tx, where: Sql, lock: Sql = none): Promise<Row[]> =>
  tx.many<Row>(sql`
    select i.workspace_id, i.id, i.brand_id, i.channel, i.name, i.address, i.enabled, i.settings, i.secrets, i.state, i.state_text, i.state_why, i.state_at, i.created_at, i.trouble_since, coalesce(i.told_at >= i.trouble_since, false) as told,
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
      ...(row.state_why ? { why: row.state_why } : {}),
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
    // Sending without a sign-in: who takes the user name away doesn't mean its password for the address instead.
    else if (side === 'smtp' && rest.user === '' && was?.smtp?.user) delete secrets.smtp;
    else if (secrets[side] !== undefined && was?.[side] && lower(was[side].host) !== lower(rest.host))
      throw Invalid(
        say(
          'The server is another one than before. Nothing was changed; type the password for {host} too, so that the kept one is not given to it.',
          { host: rest.host },
        ),
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
  await refuseInSample(tx, 'No mailbox can be connected here.');
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
    throw Conflict(
      say('There is an inbox for {address} already. Nothing was changed; open that one instead.', {
        address: body.address,
      }),
    );
  if (taken)
    await keepGrant(tx, room, { workspace_id: tx.workspaceId, id }, taken.provider, taken.account, taken.given);
  await emit(tx, [{ name: 'inbox.created', actor: actorOf(who), data: { inboxId: id, address: body.address } }]);
  return shown(seal, await one(tx, id));
}

/** Where one's own practice mail comes to: no server to fetch from, none to send with, and an address that exists nowhere else. */
export async function practiceInbox(
  tx: Tx,
  who: Who,
  address: string,
  name: string,
): Promise<{ id: string; address: string }> {
  const id = newId();
  const settings = mailSettings.parse({ plusAddress: false });
  const row = await tx.first<{ id: string }>(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, state)
    select ${tx.workspaceId}, ${id}, b.id, 'email', ${name}, ${address}, ${JSON.stringify(settings)}::jsonb, 'working'
    from brand b where b.workspace_id = ${tx.workspaceId} order by b.created_at limit 1
    on conflict (workspace_id, channel, lower(address)) where deleted_at is null do update set name = excluded.name returning id`);
  if (row?.id === id)
    await emit(tx, [{ name: 'inbox.created', actor: actorOf(who), data: { inboxId: id, address, practice: true } }]);
  return { id: row?.id ?? id, address };
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
  if (row.channel !== 'email')
    throw Invalid('This inbox is no mailbox. Nothing was changed; it has settings of its own.');
  if (body.settings?.imap || body.settings?.smtp) await refuseInSample(tx, 'No mail server can be used here.');
  if (body.address && lower(body.address) !== lower(row.address)) {
    const taken = await tx.first(
      sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and channel = ${row.channel} and lower(address) = ${lower(body.address)} and deleted_at is null and id <> ${id}`,
    );
    if (taken)
      throw Conflict(say('There is an inbox for {address} already. Nothing was changed.', { address: body.address }));
  }
  const before = settingsOf(row);
  // Signing in is a thing of its own; here one can only keep it or go back to passwords.
  const signIn = body.settings?.signIn === null ? null : before.signIn;
  if (before.signIn && !signIn) await dropGrant(tx, room, row);
  const settings = body.settings && { ...before, ...body.settings, signIn };
  const wanted =
    settings && signIn
      ? placed(factsOf(room.config, signIn.provider, ''), settings, body.address ?? row.address)
      : settings;
  const next = wanted ? apart(wanted, openSecrets(seal, row), before.signIn ? null : before) : null;
  const enabled = body.enabled ?? row.enabled;
  await tx.run(sql`
    update inbox set name = ${body.name ?? row.name}, address = ${body.address ?? row.address}, enabled = ${enabled},
      settings = ${JSON.stringify({ ...(next?.settings ?? before), ...body.habits })}::jsonb, secrets = ${next ? sealSecrets(seal, row, next.secrets) : row.secrets},
      ${next || enabled !== row.enabled ? sql`state = ${stateOf(enabled, next?.settings ?? before)}, state_text = '', state_why = null, state_at = now(), trouble_since = null` : sql`state = state`}
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
    sql`update inbox set deleted_at = now(), enabled = false, secrets = ${sealSecrets(seal, row, {})}, state = 'paused', state_text = '', state_why = null, trouble_since = null where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await dropGrant(tx, room, row);
  await room.jobs.cancel(tx, troubleKey(id));
  await emit(tx, [{ name: 'inbox.disconnected', actor: actorOf(who), data: { inboxId: id, address: row.address } }]);
}

export async function newIntakeKey(tx: Tx, seal: Seal, who: Who, id: string): Promise<{ key: string }> {
  const row = await heldInbox(tx, id);
  await refuseInSample(tx, 'No mail can be posted to this inbox.');
  const key = randomBytes(32).toString('base64'); // as libraries for Standard Webhooks read it, behind whsec_
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
): Promise<{
  address: string;
  settings: MailSettings;
  secrets: Secrets;
  home: { workspace_id: string; id: string } | null;
}> {
  const row = body.id ? await one(tx, body.id) : null;
  const address = body.address || (row?.address ?? '');
  const signIn = row && body.settings.signIn !== null ? settingsOf(row).signIn : null;
  if (!signIn && !body.settings.imap && !body.settings.smtp)
    throw Invalid('There is nothing to try yet: fill in where mail is fetched or sent.');
  const wanted = { ...body.settings, signIn };
  const settings = signIn ? placed(factsOf(room.config, signIn.provider, ''), wanted, address) : wanted;
  const home = row && signIn ? { workspace_id: row.workspace_id, id: row.id } : null;
  const known = apart(settings, row ? openSecrets(room.seal, row) : {}, row && !signIn ? settingsOf(row) : null);
  return { address, ...known, home };
}

/** Inboxes of other channels: their rows are written here, their settings are their own affair. */
export const otherInboxes = {
  add: async (
    tx: Tx,
    who: Who,
    { channel, name, settings }: { channel: string; name: string; settings: Record<string, unknown> },
  ): Promise<string> => {
    const id = newId();
    await tx.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, state)
      select ${tx.workspaceId}, ${id}, b.id, ${channel}, ${name}, ${id}, ${JSON.stringify(settings)}::jsonb, 'working' from brand b where b.workspace_id = ${tx.workspaceId} order by b.created_at limit 1`);
    await emit(tx, [{ name: 'inbox.created', actor: actorOf(who), data: { inboxId: id, channel } }]);
    return id;
  },
  change: async (
    tx: Tx,
    who: Who,
    id: string,
    {
      name,
      enabled,
      settings,
    }: { name?: string | undefined; enabled?: boolean | undefined; settings?: Record<string, unknown> | undefined },
  ): Promise<void> => {
    await tx.run(sql`
      update inbox set name = coalesce(${name ?? null}, name), enabled = coalesce(${enabled ?? null}, enabled), settings = coalesce(${settings ? JSON.stringify(settings) : null}::jsonb, settings)
      where workspace_id = ${tx.workspaceId} and id = ${id}`);
    await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: id } }]);
  },
};
