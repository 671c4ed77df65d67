import { type Delivery, deliveryReasons, type Reason, type ReasonCode, type Recipient } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { quoted } from '../base/reasons.ts';
import { plainAddress } from '../customers/index.ts';
import type { Incoming } from './channel.ts';
import { everyone, type Recipients, troubleIn, wholeState } from './recipients.ts';
import { lockHomeOf, reopen } from './reopen.ts';
import { reportsOn } from './thread.ts';

/** The words a report is summed up in are fixed ones, each with its code; whatever else it says is the other server's own. */
const codes = new Map(Object.entries(deliveryReasons).map(([code, text]) => [text, code as ReasonCode]));
export const bouncedWith = (text: string): Reason => {
  const code = codes.get(text);
  return code ? { code } : quoted(text);
};

/** Of several words about one recipient the worst is kept: it was forwarded to more than one place. */
const worst: Recipient['state'][] = ['delivered', 'accepted', 'delayed', 'bounced'];
type About = { id: string; state: string; recipients: Recipients; delivery: Delivery | null };

/**
 * A bounce or complaint goes to the message it is about: that message shows it at the recipient it names, the team is told. Answers with
 * the conversation's id, or null when it is about nothing of ours, or when its sender is refuted: such a report is mail like any other, and
 * a person reads it. Only what is final fails the message; a delayed one may still arrive.
 */
export async function bounced(
  tx: Tx,
  one: Pick<Incoming, 'kind' | 'bounce' | 'inReplyTo' | 'references' | 'authentication' | 'arrival'>,
): Promise<string | null> {
  if (one.authentication?.verdict === 'failed') return null;
  const about = reportsOn(one);
  const found = await tx.first<{ id: string }>(sql`
    select id from (
      select id, at from message where workspace_id = ${tx.workspaceId} and external_id = any (${about}::text[]) and type = 'out'
      union all select id, at from message where workspace_id = ${tx.workspaceId} and type = 'out'
        and id = any (array(select n.message_id from named_id n where n.workspace_id = ${tx.workspaceId} and n.external_id = any (${about}::text[])))) m order by at desc limit 1`);
  const home = found && (await lockHomeOf(tx, found.id));
  if (!found || !home) return null;
  const message = await tx.first<About>(
    sql`select id, state, recipients, delivery from message where workspace_id = ${tx.workspaceId} and id = ${found.id} for update`,
  );
  if (!message) return null;
  const gone = one.kind === 'bounce' && (one.bounce?.final ?? one.bounce?.hard) !== false;
  const reason =
    one.kind === 'complaint' ? 'The recipient marked this message as spam.' : (one.bounce?.reason ?? 'It came back.');
  const named = one.bounce?.recipients ?? [];
  const general = {
    state: gone ? 'bounced' : one.kind === 'complaint' ? 'accepted' : 'delayed',
    text: reason,
    why: bouncedWith(reason),
    said: one.bounce?.said ?? '',
  } as const;
  // Where the report tells of each by itself, each has its own state and reason.
  const each = one.kind === 'complaint' ? [] : (one.bounce?.each ?? []);
  const delivery = each.length
    ? [...each]
        .sort((a, b) => worst.indexOf(a.state) - worst.indexOf(b.state))
        .reduce<Delivery>(
          (known, { address, ...news }) =>
            reported({ ...message, delivery: known }, [address], { ...news, why: bouncedWith(news.text) }),
          reported(message, [], null),
        )
    : reported(message, named, general);
  // On its way to others still, it goes on; known by nobody before, a report proves that it left.
  const going = ['queued', 'sending', 'deferred'].includes(message.state);
  const state = going ? message.state : wholeState(delivery.recipients);
  const well = one.arrival === true;
  const said =
    troubleIn(delivery.recipients) || (well ? null : named.length ? `${named.join(', ')}: ${reason}` : reason);
  await tx.run(sql`
    update message set state = ${state}, state_reason = ${said}, delivery = ${JSON.stringify(delivery)}::jsonb, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${message.id}`);
  if (gone) await reopen(tx, home);
  await emit(tx, [
    {
      name: well ? 'message.delivered' : 'message.bounced',
      actor: system,
      conversationId: home,
      messageId: message.id,
      data: { hard: gone, reason, why: bouncedWith(reason), recipients: named, kind: one.kind },
    },
  ]);
  return home;
}

/**
 * The recipients with what a report says of those it names. Whoever got a message knows its id and could report on it, so among several
 * nobody is marked but who was written to and is named. Where there is but one, they are meant, under whatever address it was forwarded to.
 */
export function reported(
  message: Pick<About, 'state' | 'recipients' | 'delivery'>,
  named: string[],
  news: Pick<Recipient, 'state' | 'text' | 'said' | 'why'> | null,
): Delivery {
  const at = new Date(clock()).toISOString();
  // A report on it means that the server had taken it, whatever we knew.
  const known: Recipient[] = message.delivery?.recipients.length
    ? message.delivery.recipients.map((r) => (r.state === 'unknown' ? { ...r, state: 'accepted' as const } : r))
    : everyone(message.recipients).map((address) => ({
        address,
        state: ['queued', 'sending', 'deferred'].includes(message.state) ? 'pending' : 'accepted',
        text: '',
        said: '',
        at,
      }));
  const meant = new Set(named.map(plainAddress));
  const mine = (r: Recipient): boolean => news !== null && (known.length === 1 || meant.has(plainAddress(r.address)));
  return {
    recipients: known.map((r) => (mine(r) ? { ...r, ...news, at } : r)),
    tries: message.delivery?.tries ?? [],
    next: message.delivery?.next ?? [],
  };
}
/** What a provider reports about one of our messages, beside any mail: by the ids it may know the message under. */
export type Reported = {
  kind: 'bounce' | 'complaint';
  hard: boolean;
  /** Nobody tries any more. */
  final: boolean;
  about: string[];
  recipients: string[];
  reason: string;
};
export const noteReport = (
  tx: Tx,
  { kind, hard, final, about, recipients, reason }: Reported,
): Promise<string | null> =>
  bounced(tx, {
    kind,
    authentication: null,
    inReplyTo: null,
    references: about,
    bounce: { messageExternalId: null, recipients, hard, final, reason, said: reason },
  });
