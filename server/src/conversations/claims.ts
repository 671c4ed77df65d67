import type { Address, Authentication } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { fold, plainAddress } from '../customers/index.ts';

export type Claim = Authentication['claims'];
type Named = { name: string; address: string };
export type Ours = { people: Named[]; inboxes: Named[] };

/** Who we are, as a stranger might pretend: the people of the workspace and its inboxes. */
export async function whoWeAre(tx: Tx): Promise<Ours> {
  const row = await tx.first<Ours>(sql`
    select coalesce((select jsonb_agg(jsonb_build_object('name', p.name, 'address', p.email)) from person p where p.workspace_id = ${tx.workspaceId} and p.active), '[]') as people,
      coalesce((select jsonb_agg(jsonb_build_object('name', i.name, 'address', i.address)) from inbox i where i.workspace_id = ${tx.workspaceId} and i.deleted_at is null), '[]') as inboxes`);
  return row ?? { people: [], inboxes: [] };
}

/** Letters of other scripts that look like ours, as they are used to pass for somebody. */
const foreign = [...'аеорсухіјѕԁһԛԝькмтвнαορνικτυγ'];
const latin = [...'aeopcyxijsdhqwbkmtbhaopviktuy'];
const looks = new Map(foreign.map((c, i) => [c, latin[i] as string]));
const shape = (name: string): string =>
  [...fold(name)]
    .map((c) => looks.get(c) ?? c)
    .join('')
    .replace(/[^\p{L}\p{N}@.]+/gu, ' ')
    .trim();
/** One word is anybody's name. */
const telling = (name: string): boolean => shape(name).includes(' ');

/** Whether a sender uses an address of ours, or the name of one with an address that is not. */
export function claimOf(from: Address, ours: Ours): Claim {
  const address = plainAddress(from.address);
  const is = (one: Named): boolean => plainAddress(one.address) === address;
  if (ours.people.some(is)) return 'colleague';
  if (ours.inboxes.some(is)) return 'inbox';
  if (from.name === '') return null;
  const name = shape(from.name);
  const spelled = fold(from.name);
  const uses = (one: Named): boolean =>
    (telling(one.name) && ` ${name} `.includes(` ${shape(one.name)} `)) || spelled.includes(plainAddress(one.address));
  if (ours.people.some(uses)) return 'colleague-name';
  return ours.inboxes.some(uses) ? 'inbox-name' : null;
}
