import type { Body, MailProvider, Provider } from '@hearten/contract';
import { baseUrl } from '../../../base/config.ts';
import { sql, type Tx } from '../../../base/db.ts';
import { InvalidField, NotFound } from '../../../base/errors.ts';
import { emit } from '../../../base/events.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import { say } from '../../../base/words.ts';
import type { Room } from '../room.ts';
import type { Client } from './ask-for.ts';
import { factsOf, nameOf, type ProviderFacts } from './providers.ts';
import { askAgain } from './renewal.ts';

type Row = { provider: Provider; client_id: string; tenant: string; secret: Buffer; changed_at: string };
const all: readonly Provider[] = ['google', 'microsoft'];
const place = (tx: Tx, provider: Provider): string => `mail-provider:${tx.workspaceId}:${provider}`;
export const redirectUri = (room: Pick<Room, 'config'>): string => `${baseUrl(room.config)}/oauth/callback`;

const rowsOf = (tx: Tx): Promise<Row[]> =>
  tx.many<Row>(
    sql`select provider, client_id, tenant, secret, changed_at from mail_provider where workspace_id = ${tx.workspaceId}`,
  );
const shown = (room: Room, provider: Provider, row: Row | undefined): MailProvider => ({
  provider,
  clientId: row?.client_id ?? '',
  tenant: row?.tenant ?? '',
  ready: row !== undefined,
  changedAt: row?.changed_at ?? null,
  redirectUri: redirectUri(room),
});

export async function listProviders(tx: Tx, room: Room): Promise<{ items: MailProvider[] }> {
  const rows = await rowsOf(tx);
  return {
    items: all.map((provider) =>
      shown(
        room,
        provider,
        rows.find((row) => row.provider === provider),
      ),
    ),
  };
}

/** What is needed to speak to a provider in the workspace's name. */
export async function registered(
  tx: Tx,
  room: Pick<Room, 'config' | 'seal'>,
  provider: Provider,
): Promise<{ facts: ProviderFacts; client: Client } | null> {
  const row = (await rowsOf(tx)).find((one) => one.provider === provider);
  if (!row) return null;
  return {
    facts: factsOf(room.config, provider, row.tenant),
    client: { clientId: row.client_id, clientSecret: room.seal.open(row.secret, place(tx, provider)) },
  };
}

export async function register(
  tx: Tx,
  room: Room,
  who: Who,
  provider: Provider,
  body: Body<'PUT /mail-providers/:provider'>,
): Promise<MailProvider> {
  const before = (await rowsOf(tx)).find((one) => one.provider === provider);
  const secret = body.clientSecret?.trim();
  if (!secret && !before) throw InvalidField('The client secret is missing. Nothing was stored.', 'clientSecret');
  const sealed = secret ? room.seal.close(secret, place(tx, provider)) : before?.secret;
  await tx.run(sql`
    insert into mail_provider (workspace_id, provider, client_id, tenant, secret) values (${tx.workspaceId}, ${provider}, ${body.clientId}, ${body.tenant}, ${sealed ?? null})
    on conflict (workspace_id, provider) do update set client_id = excluded.client_id, tenant = excluded.tenant, secret = excluded.secret, changed_at = now()`);
  await askAgain(tx, room, provider);
  await emit(tx, [
    { name: 'inbox.provider-changed', actor: actorOf(who), data: { provider, secret: Boolean(secret) } },
  ]);
  const row = (await rowsOf(tx)).find((one) => one.provider === provider);
  return shown(room, provider, row);
}

export async function unregister(tx: Tx, who: Who, provider: Provider): Promise<void> {
  const gone = await tx.run(
    sql`delete from mail_provider where workspace_id = ${tx.workspaceId} and provider = ${provider}`,
  );
  if (!gone) throw NotFound(say('Nothing is registered with {nameOf}.', { nameOf: nameOf(provider) }));
  await emit(tx, [{ name: 'inbox.provider-changed', actor: actorOf(who), data: { provider, removed: true } }]);
}
