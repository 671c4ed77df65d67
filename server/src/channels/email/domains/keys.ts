import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { DkimKey } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict, NotFound } from '../../../base/errors.ts';
import { emit, system } from '../../../base/events.ts';
import { newId } from '../../../base/ids.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import { newToken } from '../../../base/seal.ts';
import type { Room } from '../room.ts';
import { txtLine } from './line.ts';
import { dkimSigned, type SigningKey } from './sign.ts';

export type KeyRow = {
  id: string;
  domain: string;
  selector: string;
  algorithm: 'rsa' | 'ed25519';
  public_key: string;
  state: DkimKey['state'];
  created_at: string;
  signing_at: string | null;
  retired_at: string | null;
};
const place = (workspaceId: string, id: string): string => `dkim-key:${workspaceId}:${id}`;
const columns = sql`id, domain, selector, algorithm, public_key, state, created_at, signing_at, retired_at`;

export const keysOf = (tx: Tx, domain: string | null = null): Promise<KeyRow[]> =>
  tx.many<KeyRow>(
    sql`select ${columns} from dkim_key where workspace_id = ${tx.workspaceId} and (${domain}::text is null or domain = ${domain}) order by created_at desc, id desc`,
  );

export const shownKey = (row: KeyRow): DkimKey => ({
  id: row.id,
  selector: row.selector,
  algorithm: row.algorithm,
  state: row.state,
  line: txtLine(
    `${row.selector}._domainkey.${row.domain}`,
    `v=DKIM1; ${row.algorithm === 'rsa' ? '' : 'k=ed25519; '}p=${row.public_key}`,
  ),
  createdAt: row.created_at,
  signingAt: row.signing_at,
  retiredAt: row.retired_at,
});

export type Made = { algorithm: 'rsa' | 'ed25519'; publicKey: string; secret: string };
/** Outside any transaction: the numbers of an RSA key take a while to find. */
export async function newKey(algorithm: Made['algorithm']): Promise<Made> {
  const { publicKey, privateKey } =
    algorithm === 'rsa'
      ? await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
      : await promisify(generateKeyPair)('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  // RFC 8463: of an Ed25519 key only its 32 bytes, without what says which kind it is.
  const bytes = algorithm === 'rsa' ? der : der.subarray(-32);
  return {
    algorithm,
    publicKey: bytes.toString('base64'),
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export async function addKey(tx: Tx, room: Pick<Room, 'seal'>, who: Who, domain: string, made: Made): Promise<void> {
  const waiting = (await keysOf(tx, domain)).some((key) => key.state === 'waiting' && key.algorithm === made.algorithm);
  if (waiting)
    throw Conflict('A key waits for its line in DNS already. Nothing was made; publish that one, or forget it first.');
  const id = newId();
  const selector = `hearten-${newToken()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 8)}`;
  await tx.run(sql`
    insert into dkim_key (workspace_id, id, domain, selector, algorithm, public_key, secret)
    values (${tx.workspaceId}, ${id}, ${domain}, ${selector}, ${made.algorithm}, ${made.publicKey}, ${room.seal.close(made.secret, place(tx.workspaceId, id))})`);
  await emit(tx, [{ name: 'inbox.key-made', actor: actorOf(who), data: { domain, selector } }]);
}

/** Stops signing with it; its line stays good for what is on the way. One that does not sign is forgotten. */
export async function endKey(tx: Tx, who: Who, id: string): Promise<void> {
  const row = await tx.first<KeyRow>(
    sql`select ${columns} from dkim_key where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound('This key is not here any more.');
  if (row.state === 'signing')
    await tx.run(
      sql`update dkim_key set state = 'retired', retired_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`,
    );
  else await tx.run(sql`delete from dkim_key where workspace_id = ${tx.workspaceId} and id = ${id}`);
  const { domain, selector } = row;
  await emit(tx, [{ name: 'inbox.key-ended', actor: actorOf(who), data: { domain, selector, was: row.state } }]);
}

/**
 * What DNS shows of our keys decides which sign. A waiting one that is there takes over from the former of its kind, whose line stays
 * for what is still on the way; one whose line has gone signs no more, since a signature nobody can check is worse than none.
 */
export async function followDns(
  tx: Tx,
  domain: string,
  seen: ReadonlyMap<string, 'there' | 'missing' | 'unknown'>,
): Promise<void> {
  for (const key of await keysOf(tx, domain)) {
    const now = seen.get(key.id);
    if (key.state === 'waiting' && now === 'there') {
      await tx.run(sql`
        update dkim_key set state = 'retired', retired_at = now() where workspace_id = ${tx.workspaceId} and domain = ${domain} and algorithm = ${key.algorithm} and state = 'signing'`);
      await tx.run(
        sql`update dkim_key set state = 'signing', signing_at = now() where workspace_id = ${tx.workspaceId} and id = ${key.id}`,
      );
    } else if (key.state === 'signing' && now === 'missing')
      await tx.run(
        sql`update dkim_key set state = 'waiting' where workspace_id = ${tx.workspaceId} and id = ${key.id}`,
      );
    else continue;
    const data = { domain, selector: key.selector, signing: key.state === 'waiting' };
    await emit(tx, [{ name: 'inbox.key-switched', actor: system, data }]);
  }
}

const opened = new Map<string, KeyObject>();
/** A mail as it leaves: signed by the keys of its domain that DNS shows, untouched when there are none. */
export async function signedFor(room: Room, workspaceId: string, domain: string, mail: Buffer): Promise<Buffer> {
  const rows = await room.db.read<{ id: string; selector: string; algorithm: 'rsa' | 'ed25519'; secret: Buffer }>(
    workspaceId,
    sql`select id, selector, algorithm, secret from dkim_key where workspace_id = ${workspaceId} and domain = ${domain} and state = 'signing' order by algorithm desc`,
  );
  const keys = rows.map(({ id, selector, algorithm, secret }): SigningKey => {
    const key = opened.get(id) ?? createPrivateKey(room.seal.open(secret, place(workspaceId, id)));
    if (opened.size > 1000) opened.clear();
    opened.set(id, key);
    return { domain, selector, algorithm, key };
  });
  return dkimSigned(mail, keys);
}
