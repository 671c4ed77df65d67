import type { Body, Reply } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { Forbidden, Invalid, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { hash, newToken } from '../base/seal.ts';
import { forget } from './identify.ts';
import { placesOf } from './session.ts';
import { accountOf } from './sign-in.ts';

type Key = Reply<'POST /api-keys'>;
const columns = sql`id, name, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt"`;

export async function listKeys(tx: Tx): Promise<{ items: Key[] }> {
  return {
    items: await tx.many<Key>(
      sql`select ${columns} from api_key where workspace_id = ${tx.workspaceId} and revoked_at is null order by created_at desc, id`,
    ),
  };
}

async function add(tx: Tx, personId: string, given: Body<'POST /api-keys'>): Promise<Key> {
  if (given.expiresAt && Date.parse(given.expiresAt) <= Date.now())
    throw Invalid('The key would be over before it began. Nothing was made; choose a later day.', [
      { path: 'expiresAt', message: 'must lie ahead' },
    ]);
  const token = `hk_${tx.workspaceId.replaceAll('-', '')}_${newToken()}`;
  const row = await tx.first<Key>(sql`
    insert into api_key (workspace_id, id, token_hash, name, scopes, person_id, expires_at)
    values (${tx.workspaceId}, ${newId()}, ${hash(token)}, ${given.name}, ${[...new Set(given.scopes)]}::text[], ${personId}, ${given.expiresAt ?? null}::timestamptz) returning ${columns}`);
  return { ...(row as Key), token };
}

export async function createKey(tx: Tx, who: Who, body: Body<'POST /api-keys'>): Promise<Key> {
  if (who.kind === 'key')
    throw Forbidden('An API key cannot make another one. Sign in and make it there, or use `hearten key`.');
  const key = await add(tx, who.id, body);
  await emit(tx, [
    { name: 'key.created', actor: actorOf(who), data: { keyId: key.id, name: key.name, scopes: key.scopes } },
  ]);
  return key;
}

export async function revokeKey(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  const done = await tx.run(
    sql`update api_key set revoked_at = now() where workspace_id = ${tx.workspaceId} and id = ${id} and revoked_at is null`,
  );
  if (!done) throw NotFound();
  tx.after(forget);
  await emit(tx, [{ name: 'key.revoked', actor: actorOf(who), data: { keyId: id } }]);
  return {};
}

/** For `hearten key`: a key in the name of the person with this address. */
export async function keyFor(
  hearten: Hearten,
  given: {
    email: string;
    name: string;
    scopes: ('read' | 'write' | 'admin')[];
    expiresAt?: string;
    workspaceId?: string;
  },
): Promise<Key> {
  const account = await accountOf(hearten.db, given.email);
  if (!account) throw NotFound(`Nobody here signs in as ${given.email}.`);
  const places = await hearten.db.tx(NOWHERE, (tx) => placesOf(tx, account.id));
  const place = given.workspaceId ? places.find((one) => one.workspaceId === given.workspaceId) : places[0];
  if (!place) throw NotFound(`${given.email} works in no workspace here.`);
  if (!given.workspaceId && places.length > 1)
    throw Invalid(
      `${given.email} works in several workspaces; say which one: ${places.map((one) => one.workspaceId).join(', ')}.`,
    );
  return hearten.db.tx(place.workspaceId, async (tx) => {
    const key = await add(tx, place.personId, {
      name: given.name,
      scopes: given.scopes,
      ...(given.expiresAt ? { expiresAt: given.expiresAt } : {}),
    });
    await emit(tx, [
      { name: 'key.created', actor: system, data: { keyId: key.id, name: key.name, scopes: key.scopes } },
    ]);
    return key;
  });
}
