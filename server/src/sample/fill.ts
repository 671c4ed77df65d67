import { sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { calendar } from './calendar.ts';
import { type Customer, customersOf } from './people.ts';
import { randomFrom } from './random.ts';
import { type Asks, type Author, type Story, storyOf } from './story.ts';
import type { Matter } from './text.ts';
import type { Language } from './texts/index.ts';
import { type Place, writePeople, writeStories } from './write.ts';

const BATCH = 250; // conversations a transaction
const LANES = 2; // one batch is made while the database writes another

export type Special = {
  at?: number;
  length?: number;
  matter?: Partial<Matter>;
  feels?: string;
  asks?: Asks;
  resolves?: number;
  assignee?: Author;
};
export type Fill = {
  workspaceId: string;
  inbox: Place;
  team: Author[];
  /** The last number that is taken. */
  base: number;
  conversations: number;
  customers: number;
  companies?: number;
  languages?: readonly (readonly [language: Language, share: number])[];
  /** The same mark makes the same mail. */
  mark: string;
  from: number;
  until: number;
  /** What is particular about one of them. */
  special?: (i: number, customer: Customer, at: number) => Special;
  told?: ((done: number) => unknown) | undefined;
};

/** Writes months of conversations into a workspace, as history: nobody is notified, nothing is sent. Gives how many messages. */
export async function fill(hearten: Hearten, wanted: Fill): Promise<number> {
  const { workspaceId, inbox, base, conversations, mark, from, until } = wanted;
  const cast = {
    ...(wanted.companies ? { companies: wanted.companies } : {}),
    ...(wanted.languages ? { languages: wanted.languages } : {}),
  };
  const { customers, companies } = customersOf(
    randomFrom(`people ${mark}`),
    wanted.customers,
    from,
    `${base.toString(36)}-`,
    cast,
  );
  await hearten.db.tx(workspaceId, (tx) => writePeople(tx, companies, customers));

  const moment = calendar(from, until);
  const domain = inbox.address.split('@')[1] as string;
  const one = (i: number): Story => {
    const mine = randomFrom(`${mark}: ${i}`);
    const customer = (mine.chance(0.5) ? mine.zipf(customers) : mine.pick(customers)) as Customer;
    const at = moment((i + mine.next()) / conversations);
    const number = base + i + 1;
    const about = { number, at, until, customer, team: wanted.team, inboxId: inbox.inboxId, domain };
    return storyOf(mine, { ...about, ...wanted.special?.(i, customer, at) });
  };
  let next = 0;
  let done = 0;
  let messages = 0;
  const lane = async (): Promise<void> => {
    while (next < conversations) {
      const first = next;
      next = Math.min(next + BATCH, conversations);
      const stories = Array.from({ length: next - first }, (_, k) => one(first + k));
      await hearten.db.tx(workspaceId, async (tx) => {
        // Words are merged into the index in large helpings, as long as nobody waits for them.
        await tx.run(sql`select set_config('gin_pending_list_limit', '65536', true)`);
        await writeStories(tx, inbox, stories);
      });
      messages += stories.reduce((sum, story) => sum + story.messages.length, 0);
      done += stories.length;
      await wanted.told?.(done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return messages;
}
