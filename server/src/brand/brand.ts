import type { Body, Brand } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';

/** What a new workspace needs here: its first brand. */
export async function foundBrand(tx: Tx, name: string): Promise<void> {
  await tx.run(sql`insert into brand (workspace_id, id, name) values (${tx.workspaceId}, ${newId()}, ${name})`);
}

type Row = { site: string; colour: string; logo_hash: Buffer | null; logo_type: string };
const columns = sql`site, colour, logo_hash, logo_type`;
const first = (tx: Tx) =>
  sql`(select id from brand where workspace_id = ${tx.workspaceId} order by created_at limit 1)`;

async function shown(tx: Tx, { files }: Pick<Hearten, 'files'>, row: Row): Promise<Brand> {
  const bytes = row.logo_hash && (await files.get(tx, tx.workspaceId, row.logo_hash));
  return {
    site: row.site,
    colour: row.colour,
    logo: bytes && `data:${row.logo_type};base64,${bytes.toString('base64')}`,
  };
}

export async function readBrand(tx: Tx, hearten: Pick<Hearten, 'files'>): Promise<Brand> {
  const row = await tx.first<Row>(
    sql`select ${columns} from brand where workspace_id = ${tx.workspaceId} and id = ${first(tx)}`,
  );
  if (!row) throw NotFound();
  return shown(tx, hearten, row);
}

/** The logo's bytes are durable before the row points at them. */
export async function changeBrand(
  hearten: Pick<Hearten, 'files'>,
  inside: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  who: Who,
  change: Body<'PATCH /brand'>,
): Promise<Brand> {
  const { files } = hearten;
  const given = /^data:([\w/-]+);base64,(.*)$/s.exec(change.logo ?? '');
  const stored = given ? await files.put([Buffer.from(given[2] as string, 'base64')]) : [];
  return inside(async (tx) => {
    if (stored.length) await files.keep(tx, stored);
    const hash = stored[0]?.hash ?? null;
    const before = await tx.first<{ logo_hash: Buffer | null }>(
      sql`select logo_hash from brand where workspace_id = ${tx.workspaceId} and id = ${first(tx)} for no key update`,
    );
    const row = await tx.first<Row>(sql`
      update brand set site = coalesce(${change.site ?? null}, site), colour = coalesce(${change.colour?.toLowerCase() ?? null}, colour),
        logo_hash = case when ${change.logo !== undefined} then ${hash}::bytea else logo_hash end,
        logo_type = case when ${change.logo !== undefined} then ${given?.[1] ?? ''} else logo_type end
      where workspace_id = ${tx.workspaceId} and id = ${first(tx)} returning ${columns}`);
    if (!row) throw NotFound();
    await emit(tx, [{ name: 'brand.changed', actor: actorOf(who), data: { changed: Object.keys(change) } }]);
    // Whoever keeps files gives up what nothing else needs.
    if (before?.logo_hash && row.logo_hash?.equals(before.logo_hash) !== true)
      await emit(tx, [
        { name: 'message.files-removed', actor: system, data: { hashes: [before.logo_hash.toString('hex')] } },
      ]);
    return shown(tx, hearten, row);
  });
}
