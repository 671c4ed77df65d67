import { randomBytes } from 'node:crypto';
import { NOWHERE, sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Hearten } from '../base/module.ts';
import { addAccount, addPerson, createOwner, type Founding, hashPassword, peopleOf } from '../team/index.ts';
import { fill } from './fill.ts';
import { closeLoop } from './loop/close.ts';
import { teller } from './loop/tell.ts';
import { writeSnippets } from './snippets.ts';
import type { Author } from './story.ts';
import type { Place } from './write.ts';

const DAY = 86_400_000;

export type Wanted = {
  conversations: number;
  seed: string;
  /** The last moment of the story; the whole hour before now unless told. */
  until?: number;
  workspaceId?: string;
  /** The conversations alone, without what they were about and how customers felt: for measuring. */
  bare?: boolean;
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
export async function seed(hearten: Hearten, founding: readonly Founding[], wanted: Wanted): Promise<Seeded> {
  const { workspaceId, owner } = await placeOf(hearten, founding, wanted.workspaceId);
  const team = await teamOf(hearten, workspaceId);
  const inbox = await inboxOf(hearten, workspaceId);
  const base = await numbers(hearten, workspaceId, wanted.conversations);
  const until = wanted.until ?? Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const days = wanted.bare ? 20 + wanted.conversations / 120 : Math.max(40, wanted.conversations / 12);
  const from = until - Math.min(420, days) * DAY;
  const mark = `${wanted.seed} after ${base}`;
  const messages = await fill(hearten, {
    workspaceId,
    inbox,
    team,
    base,
    conversations: wanted.conversations,
    customers: Math.max(3, Math.ceil(wanted.conversations * 0.34)),
    ...{ mark, from, until },
    ...(wanted.bare ? {} : { special: teller(mark, from, until) }),
    told: wanted.told,
  });
  if (team[0]) await writeSnippets(hearten, workspaceId, team[0].id);
  if (!wanted.bare)
    await closeLoop(hearten, {
      ...{
        workspaceId,
        mark,
        base,
        conversations: wanted.conversations,
        from,
        until,
        asks: owner !== null,
        runs: false,
      },
    });
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

async function placeOf(
  hearten: Hearten,
  founding: readonly Founding[],
  given: string | undefined,
): Promise<Pick<Seeded, 'workspaceId' | 'owner'>> {
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

export const colleagues = [
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
export async function numbers(hearten: Hearten, workspaceId: string, many: number): Promise<number> {
  const row = await hearten.db.tx(workspaceId, (tx) =>
    tx.first<{ base: number }>(
      sql`update counter set conversations = conversations + ${many} where workspace_id = ${workspaceId} returning conversations - ${many} as base`,
    ),
  );
  return (row as { base: number }).base;
}
