import type { Body } from '@hearten/contract';
import { sql } from '../../base/db.ts';
import { NotFound, Unauthorised } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { machine } from '../../base/machine.ts';
import type { Caller, Hearten } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { hash, newToken } from '../../base/seal.ts';
import { attempt } from '../attempt.ts';
import { needsTls } from '../sign-in.ts';
import { type Claims, type Client, claimsOf, type Sent, wayThere } from './oidc.ts';
import { placeOfSecret, redirectOf } from './provider.ts';

export const BEGUN = 60; // a whole office comes from one address
export const doorOf = (ip: string): string => `company:${machine(ip)}`;
const placeOfWay = (id: string): string => `sign-in-way ${id}`;
export type Provider = {
  id: string;
  client: Client;
  domains: string[];
  creates: boolean;
  trusted: boolean;
  role: 'manager' | 'lead' | 'representative' | 'specialist' | 'viewer';
  claim: string;
  roles: { value: string; role: Provider['role'] }[];
};

async function providerOf(hearten: Hearten, workspaceId: string, id: string): Promise<Provider> {
  type Row = Omit<Provider, 'client'> & { issuer: string; clientId: string; secret: Buffer | null };
  const [row] = await hearten.db.read<Row>(
    workspaceId,
    sql`select id, issuer, client_id as "clientId", secret, domains, creates, trusted, role, claim, roles
        from sign_in_provider where workspace_id = ${workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound();
  const { issuer, clientId, secret, ...rest } = row;
  return { ...rest, client: { issuer, clientId, secret: secret && hearten.seal.open(secret, placeOfSecret(id)) } };
}

/** `browser` is a secret that stays in the tab: an answer that somebody else's sign-in led here is worth nothing in it. */
export async function beginCompany(
  hearten: Hearten,
  outbound: Outbound,
  body: Body<'POST /sign-in/company'>,
  caller: Caller,
): Promise<{ url: string }> {
  needsTls(caller);
  // Each writes a row and asks the provider, so it counts until somebody comes back from there as one who may come in.
  await attempt(hearten.db, [doorOf(caller.ip)], BEGUN);
  const provider = await providerOf(hearten, body.workspaceId, body.id);
  const id = newId();
  const state = newToken();
  const { url, sent } = await wayThere(outbound, provider.client, redirectOf(hearten, provider.id), {
    state,
    email: body.email,
  });
  await hearten.db.tx(body.workspaceId, async (tx) => {
    await tx.run(sql`delete from sign_in_way where workspace_id = ${tx.workspaceId} and expires_at < now()`);
    await tx.run(sql`
      insert into sign_in_way (workspace_id, id, provider_id, state_hash, browser_hash, secret, expires_at)
      values (${tx.workspaceId}, ${id}, ${provider.id}, ${hash(state)}, ${hash(body.browser)}, ${hearten.seal.close(JSON.stringify(sent), placeOfWay(id))},
        now() + interval '10 minutes')`);
  });
  return { url };
}

export type Back = { wayId: string; provider: Provider; claims: Claims; idToken: string; endUrl: string };
const over = () =>
  Unauthorised('This sign-in took too long, was used already, or began in another tab. Begin again.', {
    type: 'begin-again',
  });

/** The row is used up before the provider is asked: of two that bring the same answer, one gets in. */
export async function comeBack(
  hearten: Hearten,
  outbound: Outbound,
  body: Body<'POST /sign-in/company/finish'>,
): Promise<Back> {
  const way = await hearten.db.tx(body.workspaceId, (tx) =>
    tx.first<{ id: string; secret: Buffer }>(sql`
      update sign_in_way set state = 'used' where workspace_id = ${tx.workspaceId} and provider_id = ${body.id} and state_hash = ${hash(body.came.state ?? '')}
        and browser_hash = ${hash(body.browser)} and state = 'begun' and expires_at > now() returning id, secret`),
  );
  if (!way) throw over();
  const provider = await providerOf(hearten, body.workspaceId, body.id);
  const sent = JSON.parse(hearten.seal.open(way.secret, placeOfWay(way.id))) as Sent;
  const found = await claimsOf(
    outbound,
    hearten.log,
    provider.client,
    redirectOf(hearten, provider.id),
    sent,
    body.came,
  );
  return { wayId: way.id, provider, ...found };
}

/** Puts aside who came, until the account with this address has said that it is theirs. */
export async function waitForLink(hearten: Hearten, workspaceId: string, back: Back): Promise<void> {
  const { wayId, claims, idToken, endUrl } = back;
  await hearten.db.tx(workspaceId, (tx) =>
    tx.run(sql`
      update sign_in_way set state = 'link', secret = ${hearten.seal.close(JSON.stringify({ claims, idToken, endUrl }), placeOfWay(wayId))}
      where workspace_id = ${tx.workspaceId} and id = ${wayId}`),
  );
}

export async function waiting(hearten: Hearten, body: Body<'POST /sign-in/company/link'>): Promise<Back> {
  const [way] = await hearten.db.read<{ id: string; providerId: string; secret: Buffer }>(
    body.workspaceId,
    sql`select id, provider_id as "providerId", secret from sign_in_way where workspace_id = ${body.workspaceId} and state_hash = ${hash(body.state)}
        and browser_hash = ${hash(body.browser)} and state = 'link' and expires_at > now()`,
  );
  if (!way) throw over();
  const kept = JSON.parse(hearten.seal.open(way.secret, placeOfWay(way.id))) as Pick<
    Back,
    'claims' | 'idToken' | 'endUrl'
  >;
  return { wayId: way.id, provider: await providerOf(hearten, body.workspaceId, way.providerId), ...kept };
}
