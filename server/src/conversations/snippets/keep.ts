import type { Body, Macro, Snippet, Step, Words } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { Conflict, Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { isId, newId } from '../../base/ids.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { say } from '../../base/words.ts';
import { sayWhat, withPictures } from '../body/index.ts';
import { handOver } from '../uploads.ts';
import { columns, type Kind, lockOne, mayShare, ofKind, type Row, shown, shownMacro, usable } from './rows.ts';

const most = 2000;
type Given = Partial<Body<'POST /macros'>>;
/** The columns that are given, as they are to be kept. */
type Content = {
  name: string;
  shortcut: string;
  folder: string;
  text: string;
  html: string | null;
  files: string[];
  variants: Record<string, Words>;
  steps: Step[] | null;
  sends: boolean;
};

export async function listOf(tx: Tx, who: Who, kind: Kind, archived: boolean): Promise<Row[]> {
  return tx.many<Row>(sql`
    select ${columns} from snippet s where s.workspace_id = ${tx.workspaceId} and ${ofKind(kind)} and ${usable(who)} and (s.archived_at is not null) = ${archived}
    order by lower(s.folder), lower(s.name), s.id limit ${most}`);
}
export const snippetsFor = async (tx: Tx, who: Who, archived: boolean): Promise<Snippet[]> =>
  (await listOf(tx, who, 'snippet', archived)).map((row) => shown(row, who));
export const macrosFor = async (tx: Tx, who: Who, archived: boolean): Promise<Macro[]> =>
  (await listOf(tx, who, 'macro', archived)).map((row) => shownMacro(row, who));

/** The files are copied: what was attached elsewhere too may be deleted with where it was. */
export async function make(tx: Tx, who: Who, kind: Kind, body: Body<'POST /macros'>): Promise<Row> {
  const home = await homeFor(tx, who, body.for);
  const count = await tx.first<{ n: number }>(
    sql`select count(*)::int as n from snippet where workspace_id = ${tx.workspaceId}`,
  );
  if ((count?.n ?? 0) >= most)
    throw Conflict(
      say('There are {most} snippets and macros already. Nothing was made; delete some that nobody uses.', { most }),
    );
  const content = await checked(tx, kind, { ...blank, ...body });
  await ownFiles(tx, who, content.files, []);
  const copies = await handOver(tx, who, content.files);
  return insert(tx, who, home, withFiles(content, content.files, copies));
}
const blank = { shortcut: '', folder: '', text: '', html: null, files: [], variants: {}, steps: [], sends: false };

/** The same words, with the ids of copied files where those of the originals stood. */
function withFiles(content: Content, from: string[], to: string[]): Content {
  const own = new Map(from.map((id, n) => [id, to[n] as string]));
  const renamed = (html: string): string => withPictures(html, own);
  const variants = Object.entries(content.variants).map(([tag, words]) => [
    tag,
    { ...words, html: words.html && renamed(words.html) },
  ]);
  return { ...content, files: to, html: content.html && renamed(content.html), variants: Object.fromEntries(variants) };
}
async function insert(tx: Tx, who: Who, home: Home, c: Content): Promise<Row> {
  const id = newId();
  await free(tx, who, c, home, id);
  await tx.run(sql`
    insert into snippet (workspace_id, id, owner_id, team_id, created_by, name, shortcut, folder, text, html, files, variants, steps, sends)
    values (${tx.workspaceId}, ${id}, ${home.owner}, ${home.team}, ${who.id}, ${c.name}, ${c.shortcut}, ${c.folder}, ${c.text}, ${c.html}, ${c.files}::uuid[], ${JSON.stringify(c.variants)}::jsonb, ${c.steps && JSON.stringify(c.steps)}::jsonb, ${c.sends})`);
  return told(tx, who, c.steps ? 'macro' : 'snippet', id, 'snippet.made');
}

/** For whoever makes one from elsewhere, in their own transaction. */
export const makeSnippet = async (tx: Tx, who: Who, body: Body<'POST /snippets'>): Promise<string> =>
  (await make(tx, who, 'snippet', body)).id;

/** Whether somebody may use it, as a condition on `snippet s`. */
export const usableSnippet = usable;

export async function change(tx: Tx, who: Who, kind: Kind, id: string, given: Given): Promise<Row> {
  const before = await lockOne(tx, who, kind, id);
  const home = given.for ? await homeFor(tx, who, given.for) : { owner: before.owner_id, team: before.team_id };
  const had = before.files.map((file) => file.id);
  const c = await checked(tx, kind, { ...before, steps: before.steps ?? [], files: had, ...given });
  await ownFiles(tx, who, c.files, had);
  await free(tx, who, c, home, id);
  await tx.run(sql`
    update snippet set owner_id = ${home.owner}, team_id = ${home.team}, name = ${c.name}, shortcut = ${c.shortcut}, folder = ${c.folder}, text = ${c.text}, html = ${c.html}, files = ${c.files}::uuid[],
      variants = ${JSON.stringify(c.variants)}::jsonb, steps = ${c.steps && JSON.stringify(c.steps)}::jsonb, sends = ${c.sends}, changed_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`);
  return told(tx, who, kind, id, 'snippet.changed');
}

/** One's own, whoever the first is for, and without its shortcut: two would be offered for it. */
export async function duplicate(tx: Tx, who: Who, kind: Kind, id: string): Promise<Row> {
  const from = await tx.first<Row>(sql`
    select ${columns} from snippet s where s.workspace_id = ${tx.workspaceId} and s.id = ${id} and ${ofKind(kind)} and ${usable(who)}`);
  if (!from) throw NotFound(kind === 'macro' ? 'This macro is not here.' : 'This snippet is not here.');
  const had = from.files.map((file) => file.id);
  const copy = withFiles({ ...from, files: had }, had, await handOver(tx, who, had));
  return insert(
    tx,
    who,
    { owner: who.id, team: null },
    { ...copy, name: `${from.name} (2)`.slice(0, 100), shortcut: '' },
  );
}

export async function archive(tx: Tx, who: Who, kind: Kind, id: string): Promise<Row> {
  await lockOne(tx, who, kind, id);
  await tx.run(
    sql`update snippet set archived_at = coalesce(archived_at, now()) where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  return told(tx, who, kind, id, 'snippet.archived');
}
export async function restore(tx: Tx, who: Who, kind: Kind, id: string): Promise<Row> {
  await lockOne(tx, who, kind, id);
  await tx.run(sql`update snippet set archived_at = null where workspace_id = ${tx.workspaceId} and id = ${id}`);
  return told(tx, who, kind, id, 'snippet.restored');
}
/** Only what was archived before: nothing that is in use goes for good by one wrong key. */
export async function forgetOne(tx: Tx, who: Who, kind: Kind, id: string): Promise<void> {
  const row = await lockOne(tx, who, kind, id);
  if (!row.archived_at) throw Conflict('It is still in use. Nothing was deleted; archive it first.');
  await tx.run(sql`delete from snippet where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'snippet.deleted', actor: actorOf(who), data: { snippetId: id, name: row.name } }]);
}

async function told(tx: Tx, who: Who, kind: Kind, id: string, name: string): Promise<Row> {
  const row = await tx.first<Row>(
    sql`select ${columns} from snippet s where s.workspace_id = ${tx.workspaceId} and s.id = ${id}`,
  );
  if (!row) throw new Error(`${kind} ${id} is gone within its own transaction`);
  await emit(tx, [{ name, actor: actorOf(who), data: { snippetId: id, name: row.name } }]);
  return row;
}

type Home = { owner: string | null; team: string | null };
export async function homeFor(tx: Tx, who: Who, whom: Snippet['for']): Promise<Home> {
  if (whom === 'me') return { owner: who.id, team: null };
  if (
    whom !== 'everyone' &&
    !(await tx.first(sql`select 1 from team where workspace_id = ${tx.workspaceId} and id = ${whom}`))
  )
    throw NotFound('This team does not exist. Nothing was changed.');
  mayShare(who);
  return { owner: null, team: whom === 'everyone' ? null : whom };
}

/** The words as a message may hold them; their pictures are files of it. Whom a macro assigns to is there. */
async function checked(tx: Tx, kind: Kind, given: Omit<Content, 'steps'> & { steps: Step[] }): Promise<Content> {
  const { name, shortcut, folder, steps, sends } = given;
  const said = sayWhat({ text: given.text, html: given.html ?? undefined });
  const others = Object.entries(given.variants).map(
    ([tag, words]) => [tag, sayWhat({ text: words.text, html: words.html ?? undefined })] as const,
  );
  const pictures = [said, ...others.map(([, words]) => words)].flatMap((words) => words.pictures);
  const files = [...new Set([...given.files, ...pictures])];
  if (files.length > 30) throw Invalid('It holds more than 30 files and pictures. Nothing was changed; take some out.');
  const variants = Object.fromEntries(others.map(([tag, { text, html }]) => [tag, { text, html }]));
  const content = { name, shortcut, folder: folder.trim(), text: said.text, html: said.html, files, variants };
  if (kind === 'snippet') return { ...content, steps: null, sends: false };
  await mayAssign(tx, steps);
  return { ...content, steps, sends };
}
async function mayAssign(tx: Tx, steps: Step[]): Promise<void> {
  const people = steps.flatMap((s) =>
    s.do === 'assign' && s.assigneeId && s.assigneeId !== 'me' ? [s.assigneeId] : [],
  );
  const teams = steps.flatMap((s) => (s.do === 'assign' && s.teamId ? [s.teamId] : []));
  const there = await tx.first<{ people: number; teams: number }>(sql`
    select (select count(*)::int from person where workspace_id = ${tx.workspaceId} and id = any (${people}::uuid[]) and active) as people,
      (select count(*)::int from team where workspace_id = ${tx.workspaceId} and id = any (${teams}::uuid[])) as teams`);
  if (there?.people !== new Set(people).size || there.teams !== new Set(teams).size)
    throw Invalid(
      'This macro assigns to somebody who does not work here (any more), or to a team that is gone. Nothing was changed.',
    );
}

/** Files that one uploaded oneself, or that are in it already. */
async function ownFiles(tx: Tx, who: Who, files: string[], had: string[]): Promise<void> {
  const fresh = [...new Set(files)].filter((id) => !had.includes(id));
  if (fresh.length === 0) return;
  const own = await tx.many(
    sql`select 1 from upload where workspace_id = ${tx.workspaceId} and person_id = ${who.id} and id = any (${fresh.filter(isId)}::uuid[])`,
  );
  if (own.length < fresh.length)
    throw Invalid('One of the files is not here any more. Nothing was changed; add it again.');
}

/** Two in one place that answer to the same shortcut would leave it to chance which one comes. */
async function free(tx: Tx, who: Who, { shortcut }: Content, home: Home, id: string): Promise<void> {
  if (!shortcut) return;
  const other = await tx.first<{ name: string }>(sql`
    select s.name from snippet s where s.workspace_id = ${tx.workspaceId} and s.shortcut = ${shortcut} and s.archived_at is null and s.id <> ${id}
      and s.owner_id is not distinct from ${home.owner}::uuid and s.team_id is not distinct from ${home.team}::uuid and ${usable(who)} limit 1`);
  if (other)
    throw Conflict(
      say('The shortcut /{shortcut} is taken by “{name}”. Nothing was changed; choose another one.', {
        shortcut,
        name: other.name,
      }),
    );
}
