import type { Body, Reply, Scope } from '@hearten/contract';
import { enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, Invalid, InvalidField, NotFound } from '../base/errors.ts';
import { type Actor, emit, system } from '../base/events.ts';
import { needsProof } from '../base/held.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { hash, newToken } from '../base/seal.ts';
import { say } from '../base/words.ts';
import { forget } from './identify.ts';
import { mayTouch } from './may.ts';
import { placesOf } from './session.ts';
import { accountOf } from './sign-in.ts';

type Key = Reply<'POST /api-keys'>;
const columns = sql`id, name, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt",
  per_minute as "perMinute", person_id as "personId"`;

export async function listKeys(tx: Tx): Promise<{ items: Key[] }> {
  return {
    items: await tx.many<Key>(
      sql`select ${columns} from api_key where workspace_id = ${tx.workspaceId} and revoked_at is null order by created_at desc, id`,
    ),
  };
}

function lieAhead(day: string | null | undefined): void {
  if (day && Date.parse(day) <= Date.now())
    throw InvalidField('The key would be over before it began. Nothing was made; choose a later day.', 'expiresAt');
}

async function add(tx: Tx, personId: string, given: Body<'POST /api-keys'>): Promise<Key> {
  lieAhead(given.expiresAt);
  const token = `hk_${tx.workspaceId.replaceAll('-', '')}_${newToken()}`;
  const row = await tx.first<Key>(sql`
    insert into api_key (workspace_id, id, token_hash, name, scopes, person_id, expires_at, per_minute)
    values (${tx.workspaceId}, ${newId()}, ${hash(token)}, ${given.name}, ${[...new Set(given.scopes)]}::text[], ${personId}, ${given.expiresAt ?? null}::timestamptz, ${given.perMinute ?? null}) returning ${columns}`);
  return { ...(row as Key), token };
}

export async function createKey(tx: Tx, who: Who, body: Body<'POST /api-keys'>): Promise<Key> {
  if (who.kind === 'key')
    throw Forbidden('An API key cannot make another one. Sign in and make it there, or use `hearten key`.');
  if (body.sample) return sampleKey(tx, who, body);
  const key = await add(tx, who.id, body);
  await made(tx, actorOf(who), key);
  return key;
}

const made = (tx: Tx, actor: Actor, key: Key): Promise<unknown> =>
  emit(tx, [{ name: 'key.created', actor, data: { keyId: key.id, name: key.name, scopes: key.scopes } }]);

/** A key for the sample workspace of this one, acting for the same person there: to try out what touches nothing. */
async function sampleKey(tx: Tx, who: Who, body: Body<'POST /api-keys'>): Promise<Key> {
  const home = tx.workspaceId;
  const place = await tx.first<{ workspaceId: string; personId: string }>(sql`
    select w.id as "workspaceId", p.person_id as "personId" from workspace w cross join lateral places_of(${who.accountId}) p
    where (w.sample_of = ${home} or (w.id = ${home} and w.sample_of is not null)) and p.workspace_id = w.id and w.sample ->> 'state' = 'ready'`);
  if (!place)
    throw Conflict(
      'There is no sample workspace that is ready and that you may go to. Nothing was made; make the sample first.',
    );
  const inside = await enter(tx, place.workspaceId);
  const key = await add(inside, place.personId, body);
  await made(inside, { kind: 'person', id: place.personId }, key);
  await enter(tx, home);
  return key;
}

export async function changeKey(tx: Tx, who: Who, id: string, body: Body<'PATCH /api-keys/:id'>): Promise<Key> {
  if (who.kind === 'key') throw Forbidden('An API key cannot change keys. Sign in and do it there.');
  lieAhead(body.expiresAt);
  const owner = await tx.first<{ role: string }>(sql`
    select p.role from api_key k join person p on p.workspace_id = k.workspace_id and p.id = k.person_id
    where k.workspace_id = ${tx.workspaceId} and k.id = ${id} and k.revoked_at is null`);
  if (!owner) throw NotFound();
  if (!mayTouch(who, owner.role))
    throw Forbidden(
      'This key acts for an owner, and only an owner may change it. Nothing was changed; you can revoke it.',
    );
  // It opens the door for longer, or wider.
  if (body.expiresAt !== undefined || body.perMinute !== undefined) needsProof(who);
  const key = await tx.first<Key>(sql`
    update api_key set name = coalesce(${body.name ?? null}, name),
      expires_at = case when ${body.expiresAt !== undefined} then ${body.expiresAt ?? null}::timestamptz else expires_at end,
      per_minute = case when ${body.perMinute !== undefined} then ${body.perMinute ?? null}::integer else per_minute end
    where workspace_id = ${tx.workspaceId} and id = ${id} and revoked_at is null returning ${columns}`);
  if (!key) throw NotFound();
  tx.after(forget);
  await emit(tx, [{ name: 'key.changed', actor: actorOf(who), data: { keyId: id, ...body } }]);
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
    scopes: Scope[];
    perMinute?: number;
    expiresAt?: string;
    workspaceId?: string;
  },
): Promise<Key> {
  const account = await accountOf(hearten.db, given.email);
  if (!account) throw NotFound(say('Nobody here signs in as {email}.', { email: given.email }));
  const places = await hearten.db.tx(NOWHERE, (tx) => placesOf(tx, account.id));
  const place = given.workspaceId ? places.find((one) => one.workspaceId === given.workspaceId) : places[0];
  if (!place) throw NotFound(say('{email} works in no workspace here.', { email: given.email }));
  if (!given.workspaceId && places.length > 1)
    throw Invalid(
      say('{email} works in several workspaces; say which one: {places}.', {
        email: given.email,
        places: places.map((one) => one.workspaceId).join(', '),
      }),
    );
  return hearten.db.tx(place.workspaceId, async (tx) => {
    const key = await add(tx, place.personId, {
      name: given.name,
      scopes: given.scopes,
      ...(given.expiresAt ? { expiresAt: given.expiresAt } : {}),
      ...(given.perMinute ? { perMinute: given.perMinute } : {}),
    });
    await made(tx, system, key);
    return key;
  });
}
