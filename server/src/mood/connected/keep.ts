import type { Body, MoodModel } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import type { Hearten } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { refuseInSample } from '../../team/index.ts';
import { askModel, type Connected, type Told } from './ask.ts';

type Row = Omit<MoodModel, 'hasKey'> & { secret: Buffer | null; rests: boolean };
/** The model with its key as it is kept: what it answers is told of these alone. */
type Known = Connected & { secret: Buffer | null };
/** After it failed it is asked once in so many seconds, by whatever comes then; what was read here stands for all else. */
const REST = 60;
const place = (tx: Tx): string => `mood-model:${tx.workspaceId}`;

const rowOf = (tx: Tx): Promise<Row | undefined> =>
  tx.first<Row>(sql`
    select address, model, active, worked_at as "workedAt", took_ms as "tookMs", failed_at as "failedAt", trouble, version, secret,
      failed_at is not null and failed_at > now() - make_interval(secs => ${REST}) as rests from mood_model where workspace_id = ${tx.workspaceId}`);

export async function moodModel(tx: Tx): Promise<{ model: MoodModel | null }> {
  const row = await rowOf(tx);
  if (!row) return { model: null };
  const { secret, rests: _, ...rest } = row;
  return { model: { ...rest, hasKey: secret !== null } };
}

/** Whether it is to be asked at all now: it is switched on, and did not fail just before. */
export async function isAsked(tx: Tx): Promise<boolean> {
  const row = await rowOf(tx);
  return row ? row.active && !row.rests : false;
}

/** What is needed to ask it; null where none is connected, or it is switched off or rests. Who tries it asks all the same. */
export async function connected(tx: Tx, seal: Hearten['seal'], tries = false): Promise<Known | null> {
  const row = await rowOf(tx);
  if (!row || !(tries || (row.active && !row.rests))) return null;
  const { address, model, secret } = row;
  return { address, model, secret, key: secret ? seal.open(secret, place(tx)) : null };
}

const originOf = (address: string): string | undefined => URL.parse(address)?.origin;

/** Connects a model or changes it. A key goes to the server it was given for: another address needs its own. */
export async function keepModel(
  tx: Tx,
  seal: Hearten['seal'],
  { address, model, key, active = true }: Body<'PUT /mood-model'>,
): Promise<{ model: MoodModel | null }> {
  await refuseInSample(tx, 'The model was not connected.');
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw Invalid('This is not the address of a model’s server, like http://10.1.0.5:11434/v1. Nothing was changed.', [
      { path: 'address', message: 'An address like http://10.1.0.5:11434/v1 is needed.' },
    ]);
  await tx.first(sql`select 1 from mood_model where workspace_id = ${tx.workspaceId} for update`);
  const before = await rowOf(tx);
  const stays = before && key === undefined && originOf(before.address) === originOf(address) ? before.secret : null;
  const secret = key ? seal.close(key, place(tx)) : stays;
  await tx.run(sql`
    insert into mood_model (workspace_id, address, model, secret, active) values (${tx.workspaceId}, ${address}, ${model}, ${secret}, ${active})
    on conflict (workspace_id) do update set address = excluded.address, model = excluded.model, secret = excluded.secret, active = excluded.active,
      failed_at = null, trouble = null, worked_at = null, took_ms = null, version = mood_model.version + 1`);
  return moodModel(tx);
}

export async function dropModel(tx: Tx): Promise<void> {
  await tx.run(sql`delete from mood_model where workspace_id = ${tx.workspaceId}`);
}

/** How it went, for whoever looks at the settings. What was changed meanwhile, be it the key alone, is told nothing of the former one. */
export function noteAsked(tx: Tx, of: Known, told: Told): Promise<number> {
  const same = sql`address = ${of.address} and model = ${of.model} and secret is not distinct from ${of.secret}::bytea`;
  return tx.run(
    'trouble' in told
      ? sql`update mood_model set failed_at = now(), trouble = ${told.trouble} where workspace_id = ${tx.workspaceId} and ${same}`
      : sql`update mood_model set worked_at = now(), took_ms = ${told.tookMs}, failed_at = null, trouble = null where workspace_id = ${tx.workspaceId} and ${same}`,
  );
}

/** A sentence of ours, so that who connects it sees what comes back. */
const EXAMPLE = 'This is the third time I write, and the lamp is still dark. I cannot open my shop without it.';

export async function tryModel(
  { db, seal }: Pick<Hearten, 'db' | 'seal'>,
  outbound: Outbound,
  workspaceId: string,
): Promise<{ model: MoodModel | null; example: string; said: MoodTried }> {
  const of = await db.tx(workspaceId, (tx) => connected(tx, seal, true));
  if (!of) throw NotFound('No model is connected. Nothing was asked.');
  const told = await askModel(outbound, of, EXAMPLE);
  return db.tx(workspaceId, async (tx) => {
    await noteAsked(tx, of, told);
    const said = 'said' in told ? { value: told.said.value, confidence: told.said.confidence } : null;
    return { ...(await moodModel(tx)), example: EXAMPLE, said };
  });
}
type MoodTried = { value: number; confidence: number } | null;
