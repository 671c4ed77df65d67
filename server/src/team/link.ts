import { type Db, NOWHERE, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { hash, type Seal } from '../base/seal.ts';

export type Purpose = 'setup' | 'invite' | 'reset';
export type Link = {
  id: string;
  purpose: Purpose;
  workspaceId: string | null;
  accountId: string | null;
  data: Record<string, unknown>;
  expiresAt: string;
};
const pages: Record<Purpose, string> = { setup: 'setup', invite: 'join', reset: 'reset' };

/**
 * A token is the signature of its link's id: it can be made again where a mail is written, so it stands neither in the
 * database nor in a job, and without SECRET_KEY a copy of the database opens nothing.
 */
const tokenOf = (seal: Seal, purpose: Purpose, id: string): string => seal.sign(`link ${purpose}`, id, 32);
/** The address to open. The token is behind the #, which no server, proxy log or referrer gets to see. */
export const addressOf = (seal: Seal, base: string, link: Pick<Link, 'id' | 'purpose'>): string =>
  `${base}/${pages[link.purpose]}#token=${tokenOf(seal, link.purpose, link.id)}`;

const columns = sql`id, purpose, workspace_id as "workspaceId", account_id as "accountId", data, expires_at as "expiresAt"`;

export async function makeLink(
  tx: Tx,
  seal: Seal,
  link: { purpose: Purpose; workspaceId?: string; accountId?: string; data?: Record<string, unknown>; hours: number },
): Promise<Link> {
  const id = newId();
  const row = await tx.first<Link>(sql`
    insert into link (token_hash, id, purpose, workspace_id, account_id, data, expires_at)
    values (${hash(tokenOf(seal, link.purpose, id))}, ${id}, ${link.purpose}, ${link.workspaceId ?? null}, ${link.accountId ?? null},
      ${JSON.stringify(link.data ?? {})}::jsonb, now() + make_interval(hours => ${link.hours}::int))
    returning ${columns}`);
  return row as Link;
}

const gone = (purpose: Purpose): Error =>
  purpose === 'setup'
    ? NotFound(
        'This set-up link is not valid: it is not whole, a newer one was printed, or its week is over. Nothing was set up. On the machine Hearten runs on, `npm run -s hearten -- setup --link` prints a new one.',
      )
    : NotFound(
        'This link is not valid any more: it was used, was replaced by a newer one, or its time is over. Ask for a new one.',
      );
const valid = (token: string, purpose: Purpose) =>
  sql`token_hash = ${hash(token)} and purpose = ${purpose} and used_at is null and expires_at > now()`;

/** What a token is for, without using it up. */
export async function lookAt(db: Db, token: string, purpose: Purpose): Promise<Link> {
  const [row] = await db.read<Link>(NOWHERE, sql`select ${columns} from link where ${valid(token, purpose)}`);
  if (!row) throw gone(purpose);
  return row;
}

/** Uses a token up; of two at the same moment one gets it. */
export async function useLink(tx: Tx, token: string, purpose: Purpose): Promise<Link> {
  const row = await tx.first<Link>(
    sql`update link set used_at = now() where ${valid(token, purpose)} returning ${columns}`,
  );
  if (!row) throw gone(purpose);
  return row;
}
