import { randomBytes } from 'node:crypto';
import { type Db, NOWHERE, sql } from '../base/db.ts';
import { hash, type Seal } from '../base/seal.ts';

const MINUTES = 5;
/** What a challenge is for; one that was given for something else, or to somebody else, answers nothing. */
export type Purpose = 'sign-in' | `proof ${string}` | `register ${string}`;

/**
 * A challenge for a passkey. It is signed instead of stored, so that whoever opens the sign-in page makes no row: it says until when it
 * is good, and the signature binds it to its purpose.
 */
export function makeChallenge(seal: Seal, purpose: Purpose): string {
  const text = `${(Date.now() + MINUTES * 60_000).toString(36)}.${randomBytes(16).toString('base64url')}`;
  return `${text}.${seal.sign(`challenge ${purpose}`, text)}`;
}

/** Whether this is a challenge of ours, for this purpose, in time, and answered for the first time. It comes as browsers send it. */
export async function isAnswered(db: Db, seal: Seal, purpose: Purpose, sent: string): Promise<boolean> {
  const text = Buffer.from(sent, 'base64url').toString();
  const [, said, until, signature] = /^(([0-9a-z]{1,12})\.[\w-]{22})\.([a-z2-7]{16})$/.exec(text) ?? [];
  if (!said || !until || !signature || Number.parseInt(until, 36) < Date.now()) return false;
  if (!seal.signed(`challenge ${purpose}`, said, signature)) return false;
  const over = new Date(Number.parseInt(until, 36)).toISOString();
  return (
    (await db.tx(NOWHERE, (tx) =>
      tx.run(
        sql`insert into answered_challenge (hash, until) values (${hash(text)}, ${over}::timestamptz) on conflict do nothing`,
      ),
    )) === 1
  );
}
