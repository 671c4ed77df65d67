import { type LeftOut, type MailingKind, mailAddress } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { domainOf, plainAddress } from '../customers/index.ts';

/** A conversation filed under the problem, with whose it is by now and what decides whether they are told in it. */
export type Reporter = {
  id: string;
  number: number;
  subject: string;
  name: string;
  address: string;
  channel: string;
  inbox_id: string;
  inbox_signature: string;
  brand: string;
  connected: boolean;
  /** Whether its inbox has a way to send mail: a live chat has one where it names a mailbox. */
  mails: boolean;
  provisional: boolean;
  /** The customer, or whom they were merged into. */
  root: string;
  /** The conversation in which they reported it: another one where that was merged into this one. Names and numbers in the text are its. */
  own: string;
  answers: string;
  unsubscribed: boolean;
  /** By this mailing; by one of this kind since the conversation began; as an answer to what they said last. */
  told_here: boolean;
  told_since: boolean;
  told_answers: boolean;
  sample: boolean;
  /** What it becomes by the news: resolved, but for one that is open about another problem as well, which is not fixed. */
  after: 'resolved' | 'waiting' | 'open';
};
export type Asked = {
  problemId: string;
  kind: MailingKind;
  confirmed: boolean;
  mailingId: string | null;
  only?: string[] | null;
};
export type Planned = { of: Reporter; reason: LeftOut | null };

/**
 * Told since the conversation began. Who wrote in it again, of a problem that was opened again after they were told, reported it again: of
 * the next fix they hear anew.
 */
const toldSince = (
  w: string,
): Sql => sql`coalesce(t.at >= c.created_at, false) and not (coalesce(t.at < (select at from reopened), false)
  and exists (select 1 from message a where a.workspace_id = ${w} and a.conversation_id = c.id and a.type = 'in' and not a.aside and not a.automatic and a.at > t.at))`;

/** What did not arrive told nobody, unless it is on its way once more by now. */
const wasTold: Sql = sql`(s.state = 'sent' or s.reason = 'not-delivered' and exists (select 1 from message o where o.workspace_id = s.workspace_id and o.id = s.message_id and o.state in ('queued', 'sending', 'deferred', 'sent')))`;

/**
 * Everyone who reported it, the newest conversation of each first; of some customers alone where `only` names them. Few customers were
 * merged, so what is walked is these few (`merged`: each with whom they are by now), and never everyone who reported it. So are conversations that were merged
 * into others (`gone`): whose they were reported it as well, and are told in the one it is part of, under the subject they know.
 */
async function reportersOf(tx: Tx, { problemId, kind, mailingId, only }: Asked): Promise<Reporter[]> {
  const w = tx.workspaceId;
  const those: Sql = only
    ? sql`c.customer_id in (select unnest(${only}::uuid[]) union select m.id from merged m where m.root in (select coalesce(o.root, a.id) from unnest(${only}::uuid[]) a (id) left join merged o on o.id = a.id)
        union select m.root from merged m where m.id = any (${only}::uuid[]))`
    : sql`true`;
  const stands = sql`c.folder = 'inbox' and c.parent_kind is distinct from 'side' and (${kind} = 'fixed' or c.status in ('open', 'snoozed'))`;
  // What it is part of by now, in the moment of this statement: merged while it is being told, its conversations stand there.
  const whole = sql`(select id from above where merged_into is null)`;
  return tx.many<Reporter>(sql`
    with recursive up as (select k.id, k.merged_into as root from customer k where k.workspace_id = ${w} and k.merged_into is not null
        union select u.id, k.merged_into from up u join customer k on k.workspace_id = ${w} and k.id = u.root where k.merged_into is not null),
      merged as materialized (select u.id, u.root from up u join customer k on k.workspace_id = ${w} and k.id = u.root where k.merged_into is null),
      above as (select p.id, p.merged_into from problem p where p.workspace_id = ${w} and p.id = ${problemId} union all select p.id, p.merged_into from above u join problem p on p.workspace_id = ${w} and p.id = u.merged_into),
      same as (select id from above where merged_into is null union select p.id from same s join problem p on p.workspace_id = ${w} and p.merged_into = s.id),
      reopened as materialized (select max(s.at) as at from problem_step s where s.workspace_id = ${w} and s.problem_id in (select id from same) and s.state in ('found', 'known', 'fixing')
        and exists (select 1 from problem_step f where f.workspace_id = ${w} and f.problem_id = s.problem_id and f.state in ('fixed', 'verified') and f.at < s.at)),
      told as materialized (select coalesce(m.root, s.customer_id) as root, max(s.sent_at) as at, array_agg(s.answers) as answers, bool_or(s.mailing_id = ${mailingId}::uuid) as here
        from mailing_person s left join merged m on m.id = s.customer_id where s.workspace_id = ${w} and ${wasTold} and s.kind = ${kind} and s.problem_id in (select id from same) and s.customer_id is not null group by 1),
      no_more as materialized (select distinct coalesce(m.root, u.customer_id) as root from unsubscribed u left join merged m on m.id = u.customer_id where u.workspace_id = ${w}),
      filed as materialized (select c.id, c.id as own, c.number, c.subject, c.customer_name, c.customer_address, c.channel, c.inbox_id, c.created_at, c.status, f.provisional, coalesce(m.root, c.customer_id) as root
        from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id left join merged m on m.id = c.customer_id
        where f.workspace_id = ${w} and f.problem_id = ${whole} and ${stands} and c.merged_into is null and ${those}),
      gone as (select c.id, c.merged_into as home from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
          where f.workspace_id = ${w} and f.problem_id = ${whole} and f.followed_from is null and c.merged_into is not null and ${those}
        union select g.id, c.merged_into from gone g join conversation c on c.workspace_id = ${w} and c.id = g.home where c.merged_into is not null),
      joined as materialized (select distinct on (c.id, coalesce(m.root, o.customer_id)) c.id, o.id as own, c.number, o.subject, o.customer_name, o.customer_address, c.channel, c.inbox_id, o.created_at, c.status, f.provisional, coalesce(m.root, o.customer_id) as root
        from gone g join conversation o on o.workspace_id = ${w} and o.id = g.id join conversation c on c.workspace_id = ${w} and c.id = g.home join conversation_problem f on f.workspace_id = ${w} and f.problem_id = ${whole} and f.conversation_id = c.id
          left join merged m on m.id = o.customer_id left join merged n on n.id = c.customer_id
        where ${stands} and c.merged_into is null and coalesce(m.root, o.customer_id) is distinct from coalesce(n.root, c.customer_id) order by 1, coalesce(m.root, o.customer_id), o.number desc)
    select c.id, c.number::int, c.subject, case when c.customer_name = c.customer_address then '' else c.customer_name end as name, c.customer_address as address, c.channel, c.inbox_id,
      coalesce(i.settings->>'signature', '') as inbox_signature, coalesce(r.name, w.name) as brand, coalesce(i.enabled and i.deleted_at is null, false) as connected,
      c.channel <> 'chat' or exists (select 1 from inbox x where x.workspace_id = ${w} and x.id::text = i.settings->>'mailInboxId' and x.deleted_at is null) as mails, c.provisional, c.root, c.own,
      coalesce(l.id, c.id) as answers, n.root is not null as unsubscribed, coalesce(t.here, false) as told_here, ${toldSince(w)} as told_since, w.sample_of is not null as sample, coalesce(l.id = any (t.answers), false) as told_answers,
      case when c.status in ('resolved', 'closed') or not exists (select 1 from conversation_problem x join problem y on y.workspace_id = x.workspace_id and y.id = x.problem_id
          where x.workspace_id = ${w} and x.conversation_id = c.id and y.id <> ${whole} and y.state in ('found', 'known', 'fixing')) then 'resolved' when c.status = 'waiting' then 'waiting' else 'open' end as after
    from (select * from filed union all select * from joined) c join workspace w on w.id = ${w}
      left join inbox i on i.workspace_id = ${w} and i.id = c.inbox_id left join brand r on r.workspace_id = i.workspace_id and r.id = i.brand_id
      left join told t on t.root = c.root left join no_more n on n.root = c.root
      left join lateral (select m.id, m.at from message m where m.workspace_id = ${w} and m.conversation_id = c.id and m.type = 'in' and not m.aside order by m.at desc, m.id desc limit 1) l on true
    order by c.number desc`);
}

/** Which of these addresses are blocked: the nearer word counts, as for mail that comes in. */
async function blockedAmong(tx: Tx, addresses: string[]): Promise<(address: string) => boolean> {
  const asked = [...new Set(addresses.flatMap((a) => [plainAddress(a), `@${domainOf(a)}`]))];
  const rows = await tx.many<{ pattern: string; allow: boolean }>(sql`
    select pattern, false as allow from blocked_sender where workspace_id = ${tx.workspaceId} and pattern = any (${asked}::text[])
    union all select pattern, true from allowed_sender where workspace_id = ${tx.workspaceId} and pattern = any (${asked}::text[])`);
  const listed = new Map(rows.map((row) => [row.pattern, row.allow]));
  return (address) => (listed.get(plainAddress(address)) ?? listed.get(`@${domainOf(address)}`)) === false;
}

/**
 * Who is told, and in which conversation; every other conversation with why not. Merged customers are one person, and each person is told
 * in the newest conversation in which they can be.
 */
export async function planFor(tx: Tx, asked: Asked): Promise<Planned[]> {
  const rows = await reportersOf(tx, asked);
  const [blocked, ours] = await Promise.all([
    blockedAmong(
      tx,
      rows.map((row) => row.address),
    ),
    tx.many<{ address: string }>(
      sql`select address from inbox where workspace_id = ${tx.workspaceId} and deleted_at is null`,
    ),
  ]);
  const own = new Set(ours.map((one) => plainAddress(one.address)));
  const here = (row: Reporter): LeftOut | null => {
    if (!row.connected) return 'disconnected';
    if (row.channel === 'chat' && !(row.mails && row.address.includes('@'))) return 'chat';
    if (!mailAddress.safeParse(row.address).success || own.has(plainAddress(row.address))) return 'no-address';
    if (blocked(row.address)) return 'blocked';
    if (asked.confirmed && row.provisional) return 'unconfirmed';
    return asked.kind === 'waiting' && row.told_answers ? 'told' : null;
  };
  const byPerson = Map.groupBy(rows, (row) => row.root);
  return [...byPerson.values()].flatMap((theirs) => {
    const whole = ofPerson(theirs, asked.kind);
    const chosen = whole ? undefined : theirs.find((row) => here(row) === null);
    return theirs.map((of) => ({ of, reason: of === chosen ? null : (whole ?? here(of) ?? 'newer') }));
  });
}
function ofPerson(theirs: Reporter[], kind: MailingKind): LeftOut | null {
  const [newest] = theirs;
  if (!newest || newest.sample) return 'sample';
  if (newest.told_here || (kind === 'fixed' && newest.told_since)) return 'told';
  return kind === 'fixed' && newest.unsubscribed ? 'unsubscribed' : null;
}
