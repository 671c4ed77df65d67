import type { Body, Form, FormSettings } from '@hearten/contract';
import { baseUrl } from '../../base/config.ts';
import { none, type Sql, sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import { emit } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../../base/module.ts';
import { say } from '../../base/words.ts';

const MOST = 50;
type Room = Pick<Hearten, 'config'>;
type Row = Omit<Form, 'address' | 'settings'> & { settings: Partial<FormSettings> };

const first: FormSettings = {
  title: '',
  intro: '',
  button: '',
  thanks: '',
  name: 'optional',
  subject: 'no',
  urgency: true,
  files: true,
  fields: [],
  acknowledge: true,
  sites: [],
};
/** What was not said yet is as it is for a new form. */
export const settingsOf = (kept: Partial<FormSettings>): FormSettings => ({ ...first, ...kept });

const rows = (tx: Tx, where: Sql = none): Promise<Row[]> =>
  tx.many<Row>(sql`
    select f.id, f.name, f.inbox_id as "inboxId", f.enabled, f.settings, f.created_at as "createdAt",
      e.received, e.last_at as "lastAt"
    from form f cross join lateral (select count(*)::int as received, max(e.at) as last_at from form_entry e
      where e.workspace_id = f.workspace_id and e.form_id = f.id and e.at > now() - interval '30 days') e
    where f.workspace_id = ${tx.workspaceId} ${where} order by f.created_at, f.id`);
const shown = ({ config }: Room, row: Row): Form => ({
  ...row,
  settings: settingsOf(row.settings),
  address: `${baseUrl(config)}/form/${row.id}`,
});

export const listForms = async (tx: Tx, room: Room): Promise<{ items: Form[] }> => ({
  items: (await rows(tx)).map((row) => shown(room, row)),
});
export async function formById(tx: Tx, room: Room, id: string): Promise<Form> {
  const [row] = await rows(tx, sql`and f.id = ${id}`);
  if (!row) throw NotFound();
  return shown(room, row);
}

const told = (tx: Tx, who: Who, name: 'form.made' | 'form.changed' | 'form.deleted', formId: string) =>
  emit(tx, [{ name, actor: actorOf(who), data: { formId } }]);

/** An answer leaves by mail, so it has to be an inbox that mail leaves from. */
async function mustBeThere(tx: Tx, inboxId: string): Promise<void> {
  const there = await tx.first(
    sql`select from inbox where workspace_id = ${tx.workspaceId} and id = ${inboxId} and channel = 'email' and deleted_at is null for share`,
  );
  if (!there)
    throw Invalid('This inbox is not here (any more). Nothing was changed.', [
      { path: 'inboxId', message: say('Choose another inbox.') },
    ]);
}

export async function makeForm(tx: Tx, room: Room, who: Who, body: Body<'POST /forms'>): Promise<Form> {
  const there = await tx.first<{ n: number }>(
    sql`select count(*)::int as n from form where workspace_id = ${tx.workspaceId}`,
  );
  if ((there?.n ?? 0) >= MOST)
    throw Invalid(say('A workspace has {most} forms at most. Nothing was made; delete one first.', { most: MOST }));
  await mustBeThere(tx, body.inboxId);
  const id = newId();
  await tx.run(sql`
    insert into form (workspace_id, id, inbox_id, name, settings)
    values (${tx.workspaceId}, ${id}, ${body.inboxId}, ${body.name}, ${JSON.stringify(body.settings ?? {})}::jsonb)`);
  await told(tx, who, 'form.made', id);
  return formById(tx, room, id);
}

export async function changeForm(
  tx: Tx,
  room: Room,
  who: Who,
  id: string,
  body: Body<'PATCH /forms/:id'>,
): Promise<Form> {
  const there = await tx.first(sql`select from form where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  if (!there) throw NotFound();
  if (body.inboxId) await mustBeThere(tx, body.inboxId);
  await tx.run(sql`
    update form set name = coalesce(${body.name ?? null}, name), inbox_id = coalesce(${body.inboxId ?? null}::uuid, inbox_id),
      enabled = coalesce(${body.enabled ?? null}, enabled), settings = settings || ${JSON.stringify(body.settings ?? {})}::jsonb
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await told(tx, who, 'form.changed', id);
  return formById(tx, room, id);
}

export async function deleteForm(tx: Tx, who: Who, id: string): Promise<void> {
  const gone = await tx.run(sql`delete from form where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (!gone) throw NotFound();
  await told(tx, who, 'form.deleted', id);
}

/** As whoever fills it in needs it. */
export type Open = {
  id: string;
  name: string;
  settings: FormSettings;
  inboxId: string;
  inbox: string;
  company: string;
  language: string;
  colour: string;
};
export async function openForm(tx: Tx, id: string): Promise<Open> {
  const row = await tx.first<Open & { settings: Partial<FormSettings> }>(sql`
    select f.id, f.name, f.settings, i.id as "inboxId", i.address as inbox, w.name as company, w.language, coalesce(b.colour, '') as colour
    from form f join inbox i on i.workspace_id = f.workspace_id and i.id = f.inbox_id and i.deleted_at is null
    join workspace w on w.id = f.workspace_id left join brand b on b.workspace_id = f.workspace_id and b.id = i.brand_id
    where f.workspace_id = ${tx.workspaceId} and f.id = ${id} and f.enabled`);
  if (!row) throw notThere();
  return { ...row, settings: settingsOf(row.settings) };
}
export const notThere = (): Error =>
  NotFound('This form is not here any more. Nothing was sent; write by mail instead, please.');
