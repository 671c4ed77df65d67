import { randomBytes } from 'node:crypto';
import { NOWHERE, sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import type { Hearten } from '../../base/module.ts';
import { founding } from '../../modules.ts';
import { addAccount, addPerson, createOwner, hashPassword, peopleOf } from '../../team/index.ts';
import { calendar } from './calendar.ts';
import { type Customer, customersOf } from './people.ts';
import { randomFrom } from './random.ts';
import { type Author, type Story, storyOf } from './story.ts';
import { type Place, writePeople, writeStories } from './write.ts';

const DAY = 86_400_000;
const BATCH = 250; // conversations a transaction
const LANES = 2; // one batch is made while the database writes another

export type Wanted = {
  conversations: number;
  seed: string;
  /** The last moment of the story; the whole hour before now unless told. */
  until?: number;
  workspaceId?: string;
  told?: (done: number) => void;
};
export type Seeded = {
  workspaceId: string;
  inbox: Place;
  conversations: number;
  messages: number;
  /** Only when the first person was made here. */
  owner: { email: string; password: string } | null;
};

/**
 * Fills a desk with months of mail, the same for the same seed and end. Where there is no workspace, people or inbox it makes them.
 * What it writes is history: nobody is notified, nothing is sent.
 */
export async function seed(hearten: Hearten, wanted: Wanted): Promise<Seeded> {
  const { workspaceId, owner } = await placeOf(hearten, wanted.workspaceId);
  const team = await teamOf(hearten, workspaceId);
  const inbox = await inboxOf(hearten, workspaceId);
  const base = await numbers(hearten, workspaceId, wanted.conversations);
  const until = wanted.until ?? Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const from = until - Math.min(420, 20 + wanted.conversations / 120) * DAY;

  const mark = `${wanted.seed} after ${base}`;
  const random = randomFrom(`people ${mark}`);
  const { customers, companies } = customersOf(
    random,
    Math.max(3, Math.ceil(wanted.conversations * 0.34)),
    from,
    `${base.toString(36)}-`,
  );
  await hearten.db.tx(workspaceId, (tx) => writePeople(tx, companies, customers));

  const moment = calendar(from, until);
  const domain = inbox.address.split('@')[1] as string;
  const one = (i: number): Story => {
    const mine = randomFrom(`${mark}: ${i}`);
    const customer = (mine.chance(0.5) ? mine.zipf(customers) : mine.pick(customers)) as Customer;
    const at = moment((i + mine.next()) / wanted.conversations);
    return storyOf(mine, { number: base + i + 1, at, until, customer, team, inboxId: inbox.inboxId, domain });
  };
  let next = 0;
  let done = 0;
  let messages = 0;
  const lane = async (): Promise<void> => {
    while (next < wanted.conversations) {
      const first = next;
      next = Math.min(next + BATCH, wanted.conversations);
      const stories = Array.from({ length: next - first }, (_, k) => one(first + k));
      await hearten.db.tx(workspaceId, async (tx) => {
        // Words are merged into the index in large helpings, as long as nobody waits for them.
        await tx.run(sql`select set_config('gin_pending_list_limit', '65536', true)`);
        await writeStories(tx, inbox, stories);
      });
      messages += stories.reduce((sum, story) => sum + story.messages.length, 0);
      done += stories.length;
      wanted.told?.(done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  // Of a handful the planner would learn only that the tables are tiny, and keep plans for that while they grow.
  if (wanted.conversations >= 1000) await tidy(hearten);
  return { workspaceId, inbox, conversations: wanted.conversations, messages, owner };
}

/** The planner knows the new rows, and the words wait in no list. */
async function tidy(hearten: Hearten): Promise<void> {
  const client = await hearten.db.connect();
  try {
    await client.query(`set maintenance_work_mem = '256MB'`);
    await client.query(
      'vacuum (analyze) conversation, message, event, search_row, search_name, customer, handle, company, seen',
    );
  } finally {
    await client.end();
  }
}

async function placeOf(hearten: Hearten, given: string | undefined): Promise<Pick<Seeded, 'workspaceId' | 'owner'>> {
  const [first] = await hearten.db.read<{ id: string }>(
    NOWHERE,
    sql`select id from workspace where (${given ?? null}::uuid is null or id = ${given ?? null}::uuid) order by created_at, id limit 1`,
  );
  if (first) return { workspaceId: first.id, owner: null };
  if (given) throw new Error(`There is no workspace ${given}. Nothing was written.`);
  const owner = { email: 'owner@northwind.example', password: randomBytes(12).toString('base64url') };
  const made = await createOwner(hearten, { ...owner, name: 'Ada Northwind', workspace: 'Northwind Lamps' }, founding);
  return { workspaceId: made.workspaceId, owner };
}

const colleagues = [
  ['Miriam Holt', 'manager'],
  ['Jonas Reuter', 'lead'],
  ['Aiko Mori', 'representative'],
  ['Sofia Marchand', 'representative'],
  ['Tarek Haddad', 'representative'],
  ['Ben Whitlock', 'specialist'],
] as const;

/** Those who answer; a desk of one gets colleagues, whose sign-ins open with a reset link only. */
async function teamOf(hearten: Hearten, workspaceId: string): Promise<Author[]> {
  const here = await hearten.db.tx(workspaceId, (tx) => peopleOf(tx));
  if (here.filter((person) => person.active).length > 1) return here.filter((person) => person.active);
  const locked = await hashPassword(randomBytes(24).toString('base64url'));
  return hearten.db.tx(workspaceId, async (tx) => {
    const made: Author[] = [...here];
    for (const [name, role] of colleagues) {
      const email = `${name.split(' ')[0]?.toLowerCase()}.${workspaceId.slice(-6)}@northwind.example`;
      const accountId = await addAccount(tx, email, locked);
      const person = accountId && (await addPerson(tx, { accountId, name, email, role }));
      if (person) made.push(person);
    }
    return made;
  });
}

/** Never one with a mail server: what is invented must not stand among what customers wrote, nor be answered by mail. */
async function inboxOf(hearten: Hearten, workspaceId: string): Promise<Place> {
  return hearten.db.tx(workspaceId, async (tx) => {
    const found = await tx.first<Place>(
      sql`select id as "inboxId", address from inbox where workspace_id = ${workspaceId} and channel = 'email' and deleted_at is null and coalesce(settings->>'imap', settings->>'smtp') is null order by created_at, id limit 1`,
    );
    if (found) return found;
    const inbox = { inboxId: newId(), address: `support-${workspaceId.slice(-6)}@northwind.example` };
    const settings = {
      imap: null,
      smtp: null,
      signature: '',
      undoSeconds: 10,
      quoteHistory: false,
      acknowledge: false,
    };
    await tx.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${workspaceId}, ${inbox.inboxId}, b.id, 'email', 'Support', ${inbox.address}, ${JSON.stringify(settings)}::jsonb from brand b where b.workspace_id = ${workspaceId} order by b.created_at limit 1`);
    return inbox;
  });
}

/** Takes the next numbers at once, so that mail may go on arriving beside us. */
async function numbers(hearten: Hearten, workspaceId: string, many: number): Promise<number> {
  const row = await hearten.db.tx(workspaceId, (tx) =>
    tx.first<{ base: number }>(
      sql`update counter set conversations = conversations + ${many} where workspace_id = ${workspaceId} returning conversations - ${many} as base`,
    ),
  );
  return (row as { base: number }).base;
}
