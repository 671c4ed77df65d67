import { isIP } from 'node:net';
import type { Body, Reply, Webhook } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { needsProof } from '../base/held.ts';
import { newId } from '../base/ids.ts';
import type { Hearten, Who } from '../base/module.ts';
import { makeReachable } from '../base/reachable.ts';
import { say } from '../base/words.ts';
import { refuseInSample } from '../team/index.ts';
import { sendWaiting } from './resend.ts';
import { newSecret, sealUp, unseal } from './sign.ts';
import { allTypes } from './types.ts';

const MOST = 20;
const counted = 1000;

const told = (tx: Tx, what: string, id: string, address: string, facts: Record<string, unknown> = {}): Promise<void> =>
  audit(tx, {
    area: 'settings',
    what: `webhook.${what}`,
    about: ['webhook', id],
    name: URL.parse(address)?.host ?? '',
    facts,
  });

type Row = Omit<Webhook, 'headers' | 'secret' | 'inward'> & { sealed: Buffer };
/** As far as the address itself tells; what a name leads to is known when something is sent. */
function isInward(address: string, allow: readonly string[]): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '');
  const { address: reaches } = makeReachable(allow);
  if (isIP(host)) return !reaches(host, host);
  return /^localhost$|\.(localhost|local|internal)$/i.test(host) && !reaches('127.0.0.1', host);
}

const rowsOf = (tx: Tx, id: string | null): Promise<Row[]> =>
  tx.many<Row>(sql`
    select h.id, h.address, h.description, h.types, h.active, h.disabled, h.disabled_at as "disabledAt", h.failing_since as "failingSince", h.sealed,
      case when h.held_until > now() then h.held_until end as "heldUntil", case when h.former_until > now() then h.former_until end as "formerUntil", h.created_at as "createdAt",
      (select count(*)::int from (select 1 from webhook_delivery d where d.workspace_id = h.workspace_id and d.webhook_id = h.id and d.state = 'failed' limit ${counted}) x) as failed,
      (select count(*)::int from (select 1 from webhook_delivery d where d.workspace_id = h.workspace_id and d.webhook_id = h.id and d.state in ('waiting', 'sending') limit ${counted}) x) as waiting,
      (select d.created_at from webhook_delivery d where d.workspace_id = h.workspace_id and d.webhook_id = h.id order by d.created_at desc, d.id desc limit 1) as "lastAt",
      (select d.state from webhook_delivery d where d.workspace_id = h.workspace_id and d.webhook_id = h.id and d.state in ('delivered', 'failed') order by d.created_at desc, d.id desc limit 1) as "lastState"
    from webhook h where h.workspace_id = ${tx.workspaceId} and (${id}::uuid is null or h.id = ${id}) order by h.created_at, h.id`);
const shown = ({ seal, config }: Hearten, tx: Tx, { sealed, ...row }: Row): Webhook => ({
  ...row,
  inward: isInward(row.address, config.OUTBOUND_ALLOW),
  headers: Object.keys(unseal(seal, tx.workspaceId, row.id, sealed).headers),
});

export async function listWebhooks(tx: Tx, hearten: Hearten): Promise<Reply<'GET /webhooks'>> {
  return { items: (await rowsOf(tx, null)).map((row) => shown(hearten, tx, row)), types: [...allTypes] };
}
export async function webhookById(tx: Tx, hearten: Hearten, id: string): Promise<Webhook> {
  const [row] = await rowsOf(tx, id);
  if (!row) throw NotFound();
  return shown(hearten, tx, row);
}

export async function makeWebhook(tx: Tx, hearten: Hearten, body: Body<'POST /webhooks'>): Promise<Webhook> {
  await refuseInSample(tx, 'No webhook was made.');
  const there = await tx.first<{ count: number }>(
    sql`select count(*)::int as count from webhook where workspace_id = ${tx.workspaceId}`,
  );
  if ((there?.count ?? 0) >= MOST)
    throw Invalid(say('A workspace has {most} webhooks at most. Nothing was made; delete one first.', { most: MOST }));
  const [id, secret] = [newId(), newSecret()];
  const headers = Object.fromEntries(Object.entries(body.headers ?? {}).map(([name, value]) => [name, value ?? '']));
  const sealed = sealUp(hearten.seal, tx.workspaceId, id, { secret, former: null, headers });
  await tx.run(sql`
    insert into webhook (workspace_id, id, address, description, types, active, sealed)
    values (${tx.workspaceId}, ${id}, ${body.address}, ${body.description ?? ''}, ${[...new Set(body.types ?? [])]}::text[], ${body.active ?? true}, ${sealed})`);
  await told(tx, 'added', id, body.address);
  return { ...(await webhookById(tx, hearten, id)), secret };
}

/** What a header holds is never shown again. Sent to another place along with what was there before, it would be. */
function staysWhereItWas(
  before: string,
  headers: Record<string, string>,
  { address, headers: given }: Body<'PATCH /webhooks/:id'>,
): void {
  if (address === undefined || new URL(address).origin === new URL(before).origin) return;
  const kept = Object.keys(headers).some((name) => (given ? given[name] === null : true));
  if (kept)
    throw Invalid(
      say(
        'The headers were meant for {host}. Nothing was changed; enter their values anew for the other address, or leave them out.',
        { host: new URL(before).host },
      ),
      [{ path: 'headers', message: 'must be entered anew' }],
    );
}

/** Switched on again by a person, it is believed in again: what waits goes out, and former failures count no more. */
export async function changeWebhook(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  id: string,
  body: Body<'PATCH /webhooks/:id'>,
): Promise<Webhook> {
  const row = await tx.first<{ sealed: Buffer; active: boolean; disabled: string | null; address: string }>(
    sql`select sealed, active, disabled, address from webhook where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound();
  const opened = unseal(hearten.seal, tx.workspaceId, id, row.sealed);
  // What happens here would be told somewhere else from now on.
  if (body.address !== undefined && body.address !== row.address) needsProof(who);
  staysWhereItWas(row.address, opened.headers, body);
  if (body.headers)
    opened.headers = Object.fromEntries(
      Object.entries(body.headers).map(([name, value]) => [name, value ?? opened.headers[name] ?? '']),
    );
  const wakes = body.active === true && (!row.active || row.disabled !== null);
  await tx.run(sql`
    update webhook set address = coalesce(${body.address ?? null}, address), description = coalesce(${body.description ?? null}, description),
      types = coalesce(${body.types ? [...new Set(body.types)] : null}::text[], types), active = coalesce(${body.active ?? null}::boolean, active),
      sealed = ${sealUp(hearten.seal, tx.workspaceId, id, opened)}, version = version + 1,
      disabled = case when ${wakes} then null else disabled end, disabled_at = case when ${wakes} then null else disabled_at end,
      failing_since = case when ${wakes} then null else failing_since end, held_until = case when ${wakes} then null else held_until end
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  // The host alone: what stands behind it is a secret with many receivers, and the log keeps what it is told.
  const [was, now] = [new URL(row.address).host, new URL(body.address ?? row.address).host];
  await told(tx, 'changed', id, row.address, {
    fields: Object.keys(body),
    ...(now !== was ? { host: [was, now] } : {}),
  });
  if (wakes) await sendWaiting(tx, hearten.jobs, id);
  return webhookById(tx, hearten, id);
}

export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  const gone = await tx.first<{ address: string }>(
    sql`delete from webhook where workspace_id = ${tx.workspaceId} and id = ${id} returning address`,
  );
  if (!gone) throw NotFound();
  await told(tx, 'removed', id, gone.address);
}

type Secrets = { secret: string; formerUntil: string | null };
export async function showSecret(tx: Tx, { seal }: Hearten, id: string): Promise<Secrets> {
  const row = await tx.first<{ sealed: Buffer; address: string; until: string | null }>(
    sql`select sealed, address, case when former_until > now() then former_until end as until from webhook where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound();
  await told(tx, 'secret-shown', id, row.address);
  return { secret: unseal(seal, tx.workspaceId, id, row.sealed).secret, formerUntil: row.until };
}

/** Until the overlap ends what leaves is signed with both, so a receiver may change over whenever it likes. */
export async function rotate(tx: Tx, { seal }: Hearten, id: string, hours: number): Promise<Secrets> {
  const row = await tx.first<{ sealed: Buffer; address: string }>(
    sql`select sealed, address from webhook where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound();
  const opened = unseal(seal, tx.workspaceId, id, row.sealed);
  const secret = newSecret();
  const sealed = sealUp(seal, tx.workspaceId, id, { ...opened, secret, former: hours > 0 ? opened.secret : null });
  const changed = await tx.first<{ until: string | null }>(sql`
    update webhook set sealed = ${sealed}, former_until = case when ${hours}::int > 0 then now() + make_interval(hours => ${hours}) end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id} returning former_until as until`);
  await told(tx, 'secret-changed', id, row.address, { overlapHours: hours });
  return { secret, formerUntil: changed?.until ?? null };
}
