import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { hash, newToken } from '../base/seal.ts';
import { cut } from '../base/text.ts';
import { type Compared, type Tap, taps } from './link.ts';
import { noteAsk } from './turn.ts';
import { NOT_DELIVERED } from './undelivered.ts';

export type Ask = {
  id: string;
  conversation_id: string;
  customer_id: string;
  customer_address: string;
  brand: string;
  brand_id: string | null;
  language: string;
  at: string;
  excluded: string | null;
  tapped: string[];
  compared: Compared | null;
  value: number | null;
  words: string;
  answered_at: string | null;
  browser_hash: Buffer | null;
};

export const askById = (tx: Tx, id: string): Promise<Ask | undefined> =>
  tx.first<Ask>(sql`
    select a.id, a.conversation_id, c.customer_id, c.customer_address, coalesce(b.name, w.name) as brand, i.brand_id, a.language, a.at, a.excluded, a.tapped, a.compared, a.value, a.words, a.answered_at, a.browser_hash
    from mood_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id join workspace w on w.id = a.workspace_id
      left join inbox i on i.workspace_id = a.workspace_id and i.id = a.inbox_id left join brand b on b.workspace_id = i.workspace_id and b.id = i.brand_id
    where a.workspace_id = ${tx.workspaceId} and a.id = ${id}`);

/** Whether its links lead to the question: also where the mail is said to have come back, since whoever follows one has it. */
export const isAsked = ({ excluded }: Pick<Ask, 'excluded'>): boolean =>
  excluded === null || excluded === NOT_DELIVERED;

/**
 * A link was fetched. That alone is no answer: a program that looks into mail fetches, too. One of the links is provisional until the
 * button on the page is pressed; several, or the one that nobody sees, mean nothing at all.
 */
export async function tap(tx: Tx, ask: Ask, which: Tap): Promise<void> {
  const said = taps[which];
  if (ask.answered_at || ask.tapped.includes(said)) return;
  await tx.run(
    sql`update mood_ask set tapped = tapped || ${[said]}::text[], tapped_at = coalesce(tapped_at, now()) where workspace_id = ${tx.workspaceId} and id = ${ask.id} and answered_at is null and not ${said} = any (tapped)`,
  );
}

/** What the links that were fetched come to, as long as nobody pressed the button. */
export const provisional = (tapped: string[]): Compared | null =>
  tapped.length === 1 && tapped[0] !== 'none' ? (tapped[0] as Compared) : null;

export type Answer = { compared: Compared; value: number | null; words: string };
/**
 * The button was pressed. Pressed twice it is said once; in the same browser it may be changed. From another browser an answer stands as
 * it is: that is a mail somebody passed on. Gives the secret for this browser, or null where nothing was taken.
 */
export async function answer(
  tx: Tx,
  ask: Ask,
  { compared, value, words }: Answer,
  browser: string | null,
  secretOf: () => string = newToken,
): Promise<{ browser: string } | null> {
  // As in every verb its conversation first: where it was asked, and where it stands now.
  await tx.run(sql`
    select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id in
      (select x from mood_ask a cross join lateral unnest(array[a.conversation_id, a.home]) x where a.workspace_id = ${tx.workspaceId} and a.id = ${ask.id}) order by c.id for no key update`);
  const kept = await tx.first<{
    answered_at: string | null;
    browser_hash: Buffer | null;
    compared: string | null;
    value: number | null;
    words: string;
  }>(
    sql`select answered_at, browser_hash, compared, value, words from mood_ask where workspace_id = ${tx.workspaceId} and id = ${ask.id} for update`,
  );
  if (!kept) return null;
  if (kept.answered_at && !(browser && kept.browser_hash?.equals(hash(browser)))) return null;
  const text = cut(words.replaceAll('\u0000', '').trim(), 4000);
  // One browser, one secret: what it answered before can still be changed in it.
  const secret = browser ?? secretOf();
  if (kept.answered_at && kept.compared === compared && kept.value === value && kept.words === text)
    return { browser: secret };
  await tx.run(sql`
    update mood_ask set compared = ${compared}, value = ${value}, words = ${text}, excluded = null, answered_at = coalesce(answered_at, now()), browser_hash = ${hash(secret)} where workspace_id = ${tx.workspaceId} and id = ${ask.id}`);
  // The mail was said to have come back, and here they are: they were asked.
  if (ask.excluded) await noteAsk(tx, { id: ask.id, conversationId: ask.conversation_id, kind: 'mood' });
  await emit(tx, [
    {
      name: 'conversation.felt',
      actor: { kind: 'customer', id: ask.customer_id },
      conversationId: ask.conversation_id,
      data: { compared, value, words: text !== '', before: kept.compared },
    },
  ]);
  return { browser: secret };
}
