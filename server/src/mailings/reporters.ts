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
  provisional: boolean;
  /** The customer, or whom they were merged into. */
  root: string;
  answers: string;
  unsubscribed: boolean;
  /** By this mailing; by one of this kind since the conversation began; as an answer to what they said last. */
  told_here: boolean;
  told_since: boolean;
  told_answers: boolean;
  sample: boolean;
};
export type Asked = {
  problemId: string;
  kind: MailingKind;
  confirmed: boolean;
  mailingId: string | null;
  only?: string[] | null;
};
export type Planned = { of: Reporter; reason: LeftOut | null };

/** Everyone who reported it, the newest conversation of each first; of some customers alone where `only` names them. */
async function reportersOf(tx: Tx, { problemId, kind, mailingId, only }: Asked): Promise<Reporter[]> {
  const w = tx.workspaceId;
  const asked: Sql = only
    ? sql`select id from customer where workspace_id = ${w} and id = any (${only}::uuid[])`
    : sql`select distinct c.customer_id as id from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id where f.workspace_id = ${w} and f.problem_id = ${problemId}`;
  return tx.many<Reporter>(sql`
    with recursive asked as (${asked}),
      up as (select id from asked union select k.merged_into from up join customer k on k.workspace_id = ${w} and k.id = up.id where k.merged_into is not null),
      below as (select k.id as root, k.id from up join customer k on k.workspace_id = ${w} and k.id = up.id where k.merged_into is null
        union select b.root, k.id from below b join customer k on k.workspace_id = ${w} and k.merged_into = b.id),
      same as (select ${problemId}::uuid as id union select p.id from same s join problem p on p.workspace_id = ${w} and p.merged_into = s.id),
      told as (select b.root, max(s.sent_at) as at, array_agg(s.answers) as answers, bool_or(s.mailing_id = ${mailingId}::uuid) as here
        from below b join mailing_person s on s.workspace_id = ${w} and s.customer_id = b.id where s.state = 'sent' and s.kind = ${kind} and s.problem_id in (select id from same) group by b.root),
      no_more as (select distinct b.root from below b join unsubscribed u on u.workspace_id = ${w} and u.customer_id = b.id)
    select c.id, c.number::int, c.subject, case when c.customer_name = c.customer_address then '' else c.customer_name end as name, c.customer_address as address, c.channel, c.inbox_id,
      coalesce(i.settings->>'signature', '') as inbox_signature, coalesce(r.name, w.name) as brand, coalesce(i.enabled and i.deleted_at is null, false) as connected, f.provisional, b.root,
      coalesce((select m.id from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside order by m.at desc, m.id desc limit 1), c.id) as answers,
      n.root is not null as unsubscribed, coalesce(t.here, false) as told_here, coalesce(t.at >= c.created_at, false) as told_since, w.sample_of is not null as sample,
      coalesce((select m.id from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and not m.aside order by m.at desc, m.id desc limit 1) = any (t.answers), false) as told_answers
    from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id join below b on b.id = c.customer_id join workspace w on w.id = c.workspace_id
      left join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id left join brand r on r.workspace_id = i.workspace_id and r.id = i.brand_id
      left join told t on t.root = b.root left join no_more n on n.root = b.root
    where f.workspace_id = ${w} and f.problem_id = ${problemId} and c.folder = 'inbox' and c.merged_into is null and (${kind} = 'fixed' or c.status in ('open', 'snoozed'))
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
    if (row.channel === 'chat' && !row.address.includes('@')) return 'chat';
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
