import { randomBytes } from 'node:crypto';
import type { Role, Sample } from '@hearten/contract';
import { enter, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import {
  addAccount,
  addPerson,
  createWorkspace,
  type Founding,
  hashPassword,
  moveSessions,
  readWorkspace,
} from '../team/index.ts';

export const NAME = 'Northwind Lamps (sample)';
/** What is wanted: enough that lists scroll, search finds and views differ; few enough to be there in seconds. */
export const CONVERSATIONS = 1200;

const colleagues: [name: string, role: Role, language: string, timeZone: string][] = [
  ['Miriam Holt', 'manager', 'en', 'Europe/London'],
  ['Jonas Reuter', 'lead', 'de', 'Europe/Berlin'],
  ['Aiko Mori', 'representative', 'ja', 'Asia/Tokyo'],
  ['Sofia Marchand', 'representative', 'fr', 'Europe/Paris'],
  ['Tarek Haddad', 'representative', 'ar', 'Africa/Cairo'],
  ['Ben Whitlock', 'specialist', 'en', 'America/New_York'],
];

type Row = { id: string; name: string; home: string; sample: { state: Sample['state']; done: number; total: number } };
const find = (tx: Tx): Promise<Row | undefined> =>
  tx.first<Row>(
    sql`select id, name, sample_of as home, sample from workspace where sample_of = ${tx.workspaceId} or (id = ${tx.workspaceId} and sample_of is not null)`,
  );
const shown = (row: Row, who: Who, here: boolean): Sample => ({
  workspaceId: row.id,
  name: row.name,
  home: row.home,
  inside: row.id === who.workspaceId,
  mine: here,
  ...row.sample,
});

/** The sample of this workspace, or the one this is. */
export async function sampleHere(tx: Tx, who: Who): Promise<{ sample: Sample | null }> {
  const row = await find(tx);
  if (!row) return { sample: null };
  const mine = await tx.first(
    sql`select 1 from places_of(${who.accountId}) p where p.workspace_id = ${row.id} and ${row.sample.state} <> 'removing'`,
  );
  return { sample: shown(row, who, mine !== undefined) };
}

/** Makes the workspace with its people; its conversations follow in a job. Everyone who works here may look around in it. */
export async function beginSample(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  founding: readonly Founding[],
): Promise<{ sample: Sample | null }> {
  const home = await readWorkspace(tx);
  await tx.run(sql`select 1 from workspace where id = ${home.id} for update`);
  if (home.sampleOf) throw Conflict('This is the sample workspace itself. Nothing was changed.');
  if (await find(tx)) throw Conflict('There is a sample workspace already. Nothing was changed; open that one.');
  const everyone = await tx.many<{
    name: string;
    email: string;
    role: Role;
    accountId: string;
    language: string;
    timeZone: string;
  }>(sql`
    select name, email, role, account_id as "accountId", language, time_zone as "timeZone" from person where workspace_id = ${home.id} and active`);
  const locked = await hashPassword(randomBytes(24).toString('base64url'));

  const inside = await createWorkspace(
    tx,
    { name: NAME, language: home.language, timeZone: home.timeZone, sampleOf: home.id },
    founding,
  );
  const progress = { state: 'making', done: 0, total: CONVERSATIONS };
  await inside.run(
    sql`update workspace set sample = ${JSON.stringify(progress)}::jsonb where id = ${inside.workspaceId}`,
  );
  for (const person of everyone) await addPerson(inside, person);
  const invented: string[] = [];
  for (const [name, role, language, timeZone] of colleagues) {
    const email = `${name.split(' ')[0]?.toLowerCase()}.${inside.workspaceId.slice(-12)}@northwind.example`;
    const accountId = await addAccount(inside, email, locked);
    const person = accountId && (await addPerson(inside, { accountId, name, email, role, language, timeZone }));
    if (person) invented.push(person.id);
  }
  await inside.run(sql`
    update person set settings = settings || '{"invented": true}' where workspace_id = ${inside.workspaceId} and id = any (${invented}::uuid[])`);
  await addTeams(inside, invented);
  await addInbox(inside);

  await enter(tx, home.id);
  await hearten.jobs.add(tx, 'make-sample', { sampleId: inside.workspaceId }, { key: 'make-sample', tries: 3 });
  await emit(tx, [{ name: 'sample.begun', actor: actorOf(who), data: { sampleId: inside.workspaceId } }]);
  return sampleHere(tx, who);
}

async function addTeams(tx: Tx, people: string[]): Promise<void> {
  for (const [name, members] of [
    ['Answers', people.slice(1, 5)],
    ['Workshop', people.slice(5)],
  ] as const) {
    const id = newId();
    await tx.run(sql`insert into team (workspace_id, id, name) values (${tx.workspaceId}, ${id}, ${name})`);
    await tx.run(
      sql`insert into team_person (workspace_id, team_id, person_id) select ${tx.workspaceId}, ${id}, unnest(${members}::uuid[])`,
    );
  }
}

/** No server to fetch from or send with, and an address that cannot exist. */
async function addInbox(tx: Tx): Promise<void> {
  const settings = {
    imap: null,
    smtp: null,
    signature: 'Northwind Lamps\nMade in Malmö since 1961',
    undoSeconds: 10,
    quoteHistory: false,
    acknowledge: false,
  };
  await tx.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, state)
    select ${tx.workspaceId}, ${newId()}, b.id, 'email', 'Northwind Lamps', 'support@northwind.example', ${JSON.stringify(settings)}::jsonb, 'working'
    from brand b where b.workspace_id = ${tx.workspaceId} order by b.created_at limit 1`);
}

/** From the workspace it was made for, or from within: whoever is in it stands in their own workspace again at once; the rest is a job. */
export async function dropSample(tx: Tx, hearten: Hearten, who: Who): Promise<{ sample: Sample | null }> {
  const row = await find(tx);
  if (!row) throw NotFound('There is no sample workspace.');
  await tx.run(
    sql`update workspace set sample = sample || '{"state": "removing"}', name = name where id = ${row.id} and sample_of is not null`,
  );
  await moveSessions(tx, row.id, row.home);
  // What follows belongs to the workspace that stays.
  const home = tx.workspaceId === row.home ? tx : await enter(tx, row.home);
  await hearten.jobs.cancel(home, 'make-sample');
  await hearten.jobs.add(home, 'remove-sample', { sampleId: row.id }, { key: 'remove-sample' });
  await emit(home, [{ name: 'sample.ended', actor: actorOf(who), data: { sampleId: row.id } }]);
  if (home !== tx) await enter(tx, row.id);
  return { sample: { ...shown(row, who, false), state: 'removing' } };
}
