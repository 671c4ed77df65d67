import type { Body, Reply } from '@hearten/contract';
import { byOf } from '../../base/audit.ts';
import { baseUrl } from '../../base/config.ts';
import { NOWHERE, sql, type Tx } from '../../base/db.ts';
import { Conflict, Forbidden, InvalidField, NotFound } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Caller, Hearten, Who } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { say } from '../../base/words.ts';
import { forget } from '../identify.ts';
import type { Rules } from '../rules.ts';
import { homeAndSample } from '../session.ts';
import { issuerOf, lookAtProvider } from './oidc.ts';

type Shown = Reply<'POST /sign-in-providers'>;
const columns = sql`id, name, issuer, client_id as "clientId", secret is not null as "hasSecret", domains, creates, trusted, role, claim, roles, last_used_at as "lastUsedAt"`;
export const placeOfSecret = (id: string): string => `sign-in-provider ${id}`;
/** To be entered at the provider, exactly so. One for each, so that an answer can't be passed off as another provider's. */
export const redirectOf = (hearten: Hearten, id: string): string => `${baseUrl(hearten.config)}/sign-in/company/${id}`;
const shown = (hearten: Hearten, row: Omit<Shown, 'redirectUri'>): Shown => ({
  ...row,
  redirectUri: redirectOf(hearten, row.id),
});
function ownerOnly(who: Who): void {
  if (who.role !== 'owner') throw Forbidden('Only an owner may change how everyone signs in.');
}
type Known = { issuer: string; hasSecret: boolean };
/** What isn't of this workspace isn't there, whoever asks: so it is looked for before the role is. */
async function ownersOwn(tx: Tx, who: Who, id: string): Promise<Known> {
  const row = await tx.first<Known>(
    sql`select issuer, secret is not null as "hasSecret" from sign_in_provider where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound();
  ownerOnly(who);
  return row;
}

export async function listProviders(tx: Tx, hearten: Hearten): Promise<{ items: Shown[] }> {
  const rows = await tx.many<Shown>(
    sql`select ${columns} from sign_in_provider where workspace_id = ${tx.workspaceId} order by created_at, id`,
  );
  return { items: rows.map((row) => shown(hearten, row)) };
}

const domainsOf = (given: string[]): string[] => [...new Set(given.map((one) => one.trim().toLowerCase()))];

export async function addProvider(
  hearten: Hearten,
  outbound: Outbound,
  who: Who,
  body: Body<'POST /sign-in-providers'>,
  caller: Caller,
): Promise<Shown> {
  ownerOnly(who);
  await lookAtProvider(outbound, issuerOf(body.issuer));
  const id = newId();
  return hearten.db.tx(
    who.workspaceId,
    async (tx) => {
      const secret = body.clientSecret ? hearten.seal.close(body.clientSecret, placeOfSecret(id)) : null;
      const row = await tx.first<Shown>(sql`
      insert into sign_in_provider (workspace_id, id, name, issuer, client_id, secret, domains, creates, trusted, role, claim, roles)
      values (${tx.workspaceId}, ${id}, ${body.name}, ${body.issuer}, ${body.clientId}, ${secret}, ${domainsOf(body.domains)}::text[], ${body.creates},
        ${body.trusted}, ${body.role}, ${body.claim}, ${JSON.stringify(body.roles)}::jsonb) returning ${columns}`);
      if (!row) throw NotFound();
      return shown(hearten, row);
    },
    byOf(who, caller),
  );
}

/** The secret was given for one place. Kept, it would be sent to another with the first who signs in there. */
function secretStays(before: Known, { issuer, clientSecret }: Body<'PATCH /sign-in-providers/:id'>): void {
  if (issuer === undefined || !before.hasSecret || clientSecret) return;
  const was = URL.parse(before.issuer);
  if (was?.origin === issuerOf(issuer).origin) return;
  throw InvalidField(
    say('The client secret was meant for {host}. Nothing was changed; enter the one for the other issuer.', {
      host: was?.host ?? before.issuer,
    }),
    'clientSecret',
  );
}

/** Another issuer means others by the same subject: nobody is linked, on the way or in by the former any more. */
async function leaveFormer(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from sign_in_identity where workspace_id = ${tx.workspaceId} and provider_id = ${id}`);
  await tx.run(sql`delete from sign_in_way where workspace_id = ${tx.workspaceId} and provider_id = ${id}`);
  await tx.run(
    sql`update sign_in_provider set last_used_at = null where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await endSessionsBy(tx, id);
}

async function endSessionsBy(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from session where workspace_id in ${homeAndSample(tx.workspaceId)} and company_id = ${id}`);
  tx.after(forget);
}

export async function changeProvider(
  hearten: Hearten,
  outbound: Outbound,
  who: Who,
  id: string,
  body: Body<'PATCH /sign-in-providers/:id'>,
  caller: Caller,
): Promise<Shown> {
  secretStays(await hearten.db.tx(who.workspaceId, (tx) => ownersOwn(tx, who, id)), body);
  if (body.issuer !== undefined) await lookAtProvider(outbound, issuerOf(body.issuer));
  return hearten.db.tx(
    who.workspaceId,
    async (tx) => {
      const secret = body.clientSecret ? hearten.seal.close(body.clientSecret, placeOfSecret(id)) : null;
      const before = await ownersOwn(tx, who, id);
      secretStays(before, body);
      if (body.issuer !== undefined && body.issuer !== before.issuer) await leaveFormer(tx, id);
      const row = await tx.first<Shown>(sql`
      update sign_in_provider set name = coalesce(${body.name ?? null}, name), issuer = coalesce(${body.issuer ?? null}, issuer),
        client_id = coalesce(${body.clientId ?? null}, client_id), secret = coalesce(${secret}, secret),
        domains = coalesce(${body.domains ? domainsOf(body.domains) : null}::text[], domains), creates = coalesce(${body.creates ?? null}, creates),
        trusted = coalesce(${body.trusted ?? null}, trusted), role = coalesce(${body.role ?? null}, role), claim = coalesce(${body.claim ?? null}, claim),
        roles = coalesce(${body.roles ? JSON.stringify(body.roles) : null}::jsonb, roles)
      where workspace_id = ${tx.workspaceId} and id = ${id} returning ${columns}`);
      if (!row) throw NotFound();
      return shown(hearten, row);
    },
    byOf(who, caller),
  );
}

/** Whoever came by it is signed out. While only the company's sign-in lets people in, the last one stays. */
export async function removeProvider(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  const row = await tx.first<{ rules: Rules }>(
    sql`select sign_in as rules from workspace where id = ${tx.workspaceId} for update`,
  );
  await ownersOwn(tx, who, id);
  const others = await tx.first(
    sql`select 1 from sign_in_provider where workspace_id = ${tx.workspaceId} and id <> ${id}`,
  );
  if (row?.rules.onlyCompany && !others)
    throw Conflict(
      'Only this sign-in lets people in. Nothing was removed; first let them in by password again, or add another.',
    );
  const done = await tx.run(sql`delete from sign_in_provider where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (!done) throw NotFound();
  await endSessionsBy(tx, id);
  return {};
}

/** Whether somebody came in by one of them already: before that, nobody is shut out of the other ways. */
export const isTried = async (tx: Tx): Promise<boolean> =>
  (await tx.first(
    sql`select 1 from sign_in_provider where workspace_id = ${tx.workspaceId} and last_used_at is not null`,
  )) !== undefined;

/** The buttons of the sign-in page. It depends on the domain alone, so it tells nothing about who has an account. */
export async function buttonsFor(hearten: Hearten, email: string): Promise<Reply<'POST /sign-in/ways'>> {
  const domain = email.split('@')[1]?.trim() ?? '';
  const company = await hearten.db.read<{ workspaceId: string; id: string; name: string }>(
    NOWHERE,
    sql`select workspace_id as "workspaceId", id, name from sign_in_providers(${domain})`,
  );
  return { company };
}
