import { NOWHERE, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';

/** The one that was named; where none was, the only one there is. Else those there are, to choose from. */
export async function whichWorkspace(hearten: Hearten, given: string): Promise<string> {
  const all = await hearten.db.read<{ id: string; name: string }>(
    NOWHERE,
    sql`select id, name from workspace where sample_of is null order by name, id limit 100`,
  );
  const [only] = all;
  if (given === '' && only && all.length === 1) return only.id;
  if (all.some((one) => one.id === given)) return given;
  if (all.length === 0) throw new Error('There is no workspace here yet. Nothing was done; hearten setup makes one.');
  throw new Error(
    [
      given === ''
        ? 'There are several workspaces here. Nothing was done; say which one with --workspace:'
        : `There is no workspace ${given} here. Nothing was done; these are there:`,
      ...all.map((one) => `  ${one.id}  ${one.name}`),
    ].join('\n'),
  );
}
