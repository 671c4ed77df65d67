import { sql, type Tx } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';

/** How the company looks to whoever is asked: its name, one colour, and what can be read on it. */
export type Look = { brand: string; site: string; colour: string; on: string; logo: string | null };
type Row = { brand: string; site: string; colour: string; logo_hash: Buffer | null; logo_type: string };

const OURS = '#0f5c44';
/** Black or white, whichever is read better on it (WCAG 2.2, relative luminance). */
export function onColour(colour: string): string {
  const part = (at: number): number => {
    const v = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.179 ? '#000000' : '#ffffff';
}

/** Of this brand; of one that is gone, the workspace's first. Mail holds no logo, pages do. */
export async function lookOf(
  tx: Tx,
  { files }: Pick<Hearten, 'files'>,
  brandId: string | null,
  withLogo: boolean,
): Promise<Look> {
  const row = await tx.first<Row>(sql`
    select b.name as brand, b.site, b.colour, b.logo_hash, b.logo_type from brand b
    where b.workspace_id = ${tx.workspaceId} order by (b.id = ${brandId}::uuid) desc nulls last, b.created_at limit 1`);
  const colour = row?.colour || OURS;
  const bytes = withLogo && row?.logo_hash ? await files.get(tx, tx.workspaceId, row.logo_hash) : null;
  return {
    ...{ brand: row?.brand ?? '', site: row?.site ?? '', colour, on: onColour(colour) },
    logo: bytes ? `data:${row?.logo_type};base64,${bytes.toString('base64')}` : null,
  };
}
