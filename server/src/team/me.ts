import type { Body, Me } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { heldBack } from '../base/held.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { newToken } from '../base/seal.ts';
import { forget } from './identify.ts';
import { permissionsOf } from './may.ts';
import { personById } from './people.ts';
import { type How, heldBy, letsIn, type Rules, secondFactorFrom, takes } from './rules.ts';
import { placesOf } from './session.ts';
import { readWorkspace } from './workspace.ts';

export async function meOf(tx: Tx, who: Who): Promise<Me> {
  const person = await personById(tx, who.id);
  if (!person) throw NotFound();
  const workspace = await readWorkspace(tx);
  const workspaces = await tx.many<Me['workspace']>(sql`
    select w.id, w.name, w.language, w.time_zone as "timeZone", w.sample_of as "sampleOf" from places_of(${who.accountId}) p join workspace w on w.id = p.workspace_id where w.sample->>'state' is distinct from 'removing' order by w.created_at, w.id`);
  const account = await tx.first<{ totp: boolean; without: boolean; rules: Rules }>(
    sql`select a.totp_on as totp, not a.totp_on and not exists (select from passkey k where k.account_id = a.id) as without, w.sign_in as rules
        from account a, workspace w where a.id = ${who.accountId} and w.id = ${tx.workspaceId}`,
  );
  const from = secondFactorFrom(account?.rules ?? {});
  const settings = await tx.first<{
    keys: Me['keys'] | null;
    look: Me['look'];
    firstSteps: boolean | null;
    checksTone: boolean | null;
    heldFrom: string | null;
    backupFailed: string | null;
  }>(
    sql`select settings -> 'keys' as keys, settings -> 'look' as look, settings -> 'firstSteps' as "firstSteps", settings -> 'checksTone' as "checksTone",
      (select held_from from installation where held_since is not null) as "heldFrom",
      (select reason from (select state, reason from backup where scheduled and state <> 'running' order by began_at desc limit 1) b where state = 'failed') as "backupFailed" from person where workspace_id = ${tx.workspaceId} and id = ${who.id}`,
  );
  const permissions = [...permissionsOf(person.role)].filter(
    (permission) => who.kind === 'person' || who.may(permission),
  );
  return {
    person,
    workspace,
    workspaces:
      who.kind !== 'person' ? [workspace] : who.bound ? workspaces.filter((one) => isHome(workspace, one)) : workspaces,
    permissions,
    totp: account?.totp ?? false,
    keys: settings?.keys ?? { on: true, preset: 'hearten', own: {} },
    look: settings?.look ?? null,
    firstSteps: settings?.firstSteps ?? true,
    checksTone: settings?.checksTone ?? false,
    machine: {
      heldFrom: settings?.heldFrom ?? null,
      backupFailed: (person.role === 'owner' && settings?.backupFailed) || null,
    },
    held: who.held === 'second-factor' ? who.held : null,
    secondFactorBy:
      from !== null && account?.without && who.kind === 'person' && !who.bound ? new Date(from).toISOString() : null,
    csrf: who.csrf,
  };
}

/** The workspace itself and its sample: all that its company's sign-in opens. */
const isHome = (here: Me['workspace'], one: Me['workspace']): boolean =>
  one.id === here.id || one.sampleOf === here.id || here.sampleOf === one.id;

export async function changeMe(tx: Tx, who: Who, change: Body<'PATCH /me'>): Promise<Me> {
  await tx.run(sql`
    update person set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language),
      time_zone = coalesce(${change.timeZone ?? null}, time_zone), signature = coalesce(${change.signature ?? null}, signature),
      settings = settings || ${{ ...(change.keys ? { keys: change.keys } : {}), ...(change.look ? { look: change.look } : {}), ...(change.firstSteps === undefined ? {} : { firstSteps: change.firstSteps }), ...(change.checksTone === undefined ? {} : { checksTone: change.checksTone }) }}::jsonb
    where workspace_id = ${tx.workspaceId} and id = ${who.id}`);
  await emit(tx, [
    { name: 'person.changed', actor: actorOf(who), data: { personId: who.id, changed: Object.keys(change) } },
  ]);
  return meOf(tx, who);
}

/** The session moves to another workspace; tabs that still show the former one can't write there by mistake, for their CSRF token is over. */
export async function switchWorkspace(hearten: Hearten, who: Who, workspaceId: string): Promise<Me> {
  const place = (await hearten.db.tx(NOWHERE, (tx) => placesOf(tx, who.accountId))).find(
    (one) => one.workspaceId === workspaceId,
  );
  if (!place) throw NotFound();
  if (who.bound && !(await isAtHome(hearten, who.workspaceId, workspaceId))) throw NotFound();
  const [came] = await hearten.db.read<{ how: How; strong: boolean }>(
    NOWHERE,
    sql`select s.how, coalesce(s.strong, a.totp_on) as strong from session s join account a on a.id = s.account_id where s.id = ${who.sessionId}`,
  );
  if (!came) throw NotFound();
  const rules = place.rules ?? {};
  if (!takes(rules, came.how, place.role))
    throw Forbidden('That workspace lets people in by its company’s sign-in only. Sign out and use its button.', {
      type: 'company-needed',
    });
  if (!letsIn(rules, who.ip ?? '')) throw heldBack('address');
  const held = heldBy(rules, { ...came, role: place.role }, who.ip ?? '');
  return hearten.db.tx(workspaceId, async (tx) => {
    const csrf = newToken();
    const moved = await tx.run(
      sql`update session set workspace_id = ${workspaceId}, csrf = ${csrf} where id = ${who.sessionId} and account_id = ${who.accountId}`,
    );
    if (!moved) throw NotFound();
    tx.after(forget);
    await emit(tx, [
      {
        name: 'session.moved',
        actor: { kind: 'person', id: place.personId },
        data: { personId: place.personId, sessionId: who.sessionId },
      },
    ]);
    return meOf(tx, { ...who, held, workspaceId, id: place.personId, role: place.role, csrf });
  });
}

async function isAtHome(hearten: Hearten, from: string, to: string): Promise<boolean> {
  const [row] = await hearten.db.read<{ same: boolean }>(
    NOWHERE,
    sql`select a.id = b.id or a.sample_of = b.id or b.sample_of = a.id as same from workspace a, workspace b where a.id = ${from} and b.id = ${to}`,
  );
  return row?.same === true;
}
