import type { Macro, Snippet, Step, Words } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Forbidden, NotFound } from '../../base/errors.ts';
import type { Who } from '../../base/module.ts';

/** A snippet has no steps; with steps, be they none, it is a macro. */
export type Kind = 'snippet' | 'macro';
export type Row = {
  id: string;
  owner_id: string | null;
  team_id: string | null;
  created_by: string | null;
  name: string;
  shortcut: string;
  folder: string;
  text: string;
  html: string | null;
  files: Snippet['files'];
  variants: Record<string, Words>;
  steps: Step[] | null;
  sends: boolean;
  uses: number;
  used_at: string | null;
  changed_at: string;
  archived_at: string | null;
};

export const columns: Sql = sql`s.id, s.owner_id, s.team_id, s.created_by, s.name, s.shortcut, s.folder, s.text, s.html, s.variants, s.steps, s.sends, s.uses, s.used_at, s.changed_at, s.archived_at,
  (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'filename', u.filename, 'contentType', u.content_type, 'size', u.size) order by f.place), '[]')
    from unnest(s.files) with ordinality as f (id, place) join upload u on u.workspace_id = s.workspace_id and u.id = f.id) as files`;
/** One's own, those of one's teams, those of everyone. Who may share looks after every team's. */
export const usable = (
  who: Who,
): Sql => sql`(s.owner_id = ${who.id} or s.owner_id is null and (s.team_id is null or ${who.may('snippet.share')}
  or exists (select 1 from team_person p where p.workspace_id = s.workspace_id and p.team_id = s.team_id and p.person_id = ${who.id})))`;
export const ofKind = (kind: Kind): Sql => (kind === 'macro' ? sql`s.steps is not null` : sql`s.steps is null`);

export const shown = (row: Row, who: Who): Snippet => ({
  id: row.id,
  name: row.name,
  shortcut: row.shortcut,
  folder: row.folder,
  for: row.owner_id ? 'me' : (row.team_id ?? 'everyone'),
  text: row.text,
  html: row.html,
  files: row.files,
  variants: row.variants,
  uses: row.uses,
  usedAt: row.used_at,
  createdBy: row.created_by,
  changedAt: row.changed_at,
  archivedAt: row.archived_at,
  mayChange: who.may('snippet.write') && (row.owner_id ? row.owner_id === who.id : who.may('snippet.share')),
});
export const shownMacro = (row: Row, who: Who): Macro => ({
  ...shown(row, who),
  steps: row.steps ?? [],
  sends: row.sends,
});

const notHere = (kind: Kind): Error =>
  NotFound(kind === 'macro' ? 'This macro is not here.' : 'This snippet is not here.');
/** Of those one may use, archived ones among them only when asked for. */
export async function findOne(tx: Tx, who: Who, kind: Kind, id: string, archived = false): Promise<Row> {
  const row = await tx.first<Row>(sql`
    select ${columns} from snippet s where s.workspace_id = ${tx.workspaceId} and s.id = ${id} and ${ofKind(kind)} and ${usable(who)} and (${archived} or s.archived_at is null)`);
  if (!row) throw notHere(kind);
  return row;
}
/** For changing it: locked, and refused when it is others' as well and one may not share. */
export async function lockOne(tx: Tx, who: Who, kind: Kind, id: string): Promise<Row> {
  const row = await tx.first<Row>(sql`
    select ${columns} from snippet s where s.workspace_id = ${tx.workspaceId} and s.id = ${id} and ${ofKind(kind)} and ${usable(who)} for update of s`);
  if (!row) throw notHere(kind);
  if (!row.owner_id) mayShare(who);
  return row;
}
export function mayShare(who: Who): void {
  if (!who.may('snippet.share'))
    throw Forbidden(
      'What others use too is changed by owners, managers and leads. Nothing was changed; make a copy for yourself, or ask one of them.',
    );
}
