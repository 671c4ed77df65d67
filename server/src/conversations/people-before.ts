import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { plainAddress } from '../customers/index.ts';
import type { Locked } from './rows.ts';

type Changed = { before: Address[]; after: Address[] };
/** Kept with a message that changed who takes part or who was asked beside the customer; null when it changed nobody. */
export type PeopleBefore = { participants?: Changed; consulted?: Changed } | null;

const plain = (a: Address): string => plainAddress(a.address);
const without = (list: Address[], others: Address[]): Address[] => {
  const gone = new Set(others.map(plain));
  return list.filter((a) => !gone.has(plain(a)));
};
const same = (a: Address[], b: Address[]): boolean => without(a, b).length === 0 && without(b, a).length === 0;

export const peopleBefore = (which: 'participants' | 'consulted', before: Address[], after: Address[]): PeopleBefore =>
  same(before, after) ? null : { [which]: { before, after } };

/** Those whom a message, now taken back, brought in are out again, and those it left out are in; unless something said since names them. */
export async function putPeopleBack(
  tx: Tx,
  home: Locked,
  taken: { id: string; at: string; people_before: PeopleBefore },
): Promise<void> {
  for (const which of ['participants', 'consulted'] as const) {
    const changed = taken.people_before?.[which];
    if (!changed) continue;
    const since = await namedSince(tx, home.id, taken, which === 'consulted');
    const leaving = without(changed.after, changed.before).filter((a) => !since.has(plain(a)));
    const stay = without(home[which], leaving);
    const all = [...stay, ...without(without(changed.before, changed.after), stay)];
    const list = JSON.stringify(same(all, changed.before) ? changed.before : all);
    await tx.run(
      which === 'participants'
        ? sql`update conversation set participants = ${list}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`
        : sql`update conversation set consulted = ${list}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${home.id}`,
    );
  }
}

/** Whom we wrote to since, who wrote, and whom a proven sender named. An unproven mail brings nobody in, so it keeps nobody in either. */
async function namedSince(
  tx: Tx,
  home: string,
  taken: { id: string; at: string },
  aside: boolean,
): Promise<Set<string>> {
  const rows = await tx.many<{ address: string }>(sql`
    select distinct x.a->>'address' as address from message m,
      lateral (select m.sender as a where m.type = 'in' union all
        select jsonb_array_elements(coalesce(m.recipients->'to', '[]') || coalesce(m.recipients->'cc', '[]'))
          where m.type = 'out' or (not m.aside and (m.authentication is null or m.authentication->>'verdict' = 'verified'))) x
    where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${home} and m.id <> ${taken.id} and m.at >= ${taken.at} and m.type <> 'note' and m.plan is null and m.aside = ${aside}`);
  return new Set(rows.map((row) => plainAddress(row.address ?? '')));
}
