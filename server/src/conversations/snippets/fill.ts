import type { FieldKind, FieldValue, Words } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { NotFound } from '../../base/errors.ts';
import type { Who } from '../../base/module.ts';
import { inWords, say } from '../../base/words.ts';

/** What a text may name. An empty value is a missing one. */
export type Values = Record<string, string>;
export const variables = [
  'customer.first_name',
  'customer.name',
  'customer.email',
  'customer.company',
  'agent.first_name',
  'agent.name',
  'agent.email',
  'conversation.number',
  'conversation.subject',
  'inbox.name',
  'inbox.address',
  'team.name',
  'workspace.name',
  'today',
] as const;

const sign = /\{\{\s*([a-z][\p{L}\p{N}_.]*)\s*(?:\|([^{}]*))?\}\}/giu;
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\n/g, '<br>');

/**
 * Puts values where their names stand: `{{customer.first_name}}`, or with words for when there is none, `{{customer.first_name | there}}`.
 * Once only: what a value holds is never read as a variable again. A name nobody knows stays as it was typed.
 */
export function fill(text: string, values: Values, as: 'text' | 'html' = 'text'): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const out = text.replace(sign, (whole, typed: string, otherwise: string | undefined) => {
    const name = typed.toLowerCase();
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name] as string;
    if (value) return as === 'html' ? escaped(value) : value;
    if (otherwise !== undefined) return otherwise.trim();
    missing.add(name);
    return `{{${name}}}`;
  });
  return { text: out, missing: [...missing] };
}

/** Names in a text that nobody knows: typed wrong, or for another desk. */
export const unknownIn = (text: string, known: ReadonlySet<string>): string[] => [
  ...new Set([...text.matchAll(sign)].map((m) => (m[1] as string).toLowerCase()).filter((name) => !known.has(name))),
];

/** In the language of who reads it, when there are words in it: `pt-BR` takes `pt-BR`, then `pt`, then any Portuguese. */
export function inLanguage(words: Words & { variants: Record<string, Words> }, language: string | null): Words {
  if (!language) return words;
  const wanted = language.toLowerCase();
  const plain = wanted.split('-')[0];
  const tags = Object.keys(words.variants);
  const tag =
    tags.find((one) => one.toLowerCase() === wanted) ??
    tags.find((one) => one.toLowerCase() === plain) ??
    tags.find((one) => one.toLowerCase().split('-')[0] === plain);
  return tag ? (words.variants[tag] as Words) : words;
}

type Known = {
  conversation_id: string | null;
  customer_name: string | null;
  customer_address: string | null;
  number: number | null;
  subject: string | null;
  company: string | null;
  language: string | null;
  inbox_name: string | null;
  inbox_address: string | null;
  team_name: string | null;
  agent_name: string;
  agent_email: string;
  time_zone: string;
  workspace_name: string;
  workspace_language: string;
  fields: Record<string, FieldValue> | null;
  company_fields: Record<string, FieldValue> | null;
  own: { about: 'customer' | 'company'; key: string; kind: FieldKind }[];
};
export type Told = { conversationId: string | null; language: string | null; values: Values };

/** What each variable is in a conversation, for whoever writes there; without one, only what needs none. */
export async function valuesFor(tx: Tx, who: Who, conversationId: string | null): Promise<Told> {
  const [row] = await known(tx, who, [conversationId]);
  if (!row || (conversationId && !row.conversation_id)) throw NotFound('This conversation is not here.');
  return toldOf(row);
}
/** The same for many conversations at once, by their ids. */
export async function valuesForAll(tx: Tx, who: Who, ids: string[]): Promise<Map<string, Told>> {
  const rows = await known(tx, who, ids);
  return new Map(rows.flatMap((row) => (row.conversation_id ? [[row.conversation_id, toldOf(row)] as const] : [])));
}

const known = (tx: Tx, who: Who, ids: (string | null)[]): Promise<Known[]> =>
  tx.many<Known>(sql`
    select c.id as conversation_id, c.customer_name, c.customer_address, c.number, c.subject, o.name as company, k.language, i.name as inbox_name, i.address as inbox_address, t.name as team_name,
      p.name as agent_name, p.email as agent_email, p.time_zone, w.name as workspace_name, w.language as workspace_language, k.fields, o.fields as company_fields,
      (select coalesce(jsonb_agg(jsonb_build_object('about', f.about, 'key', f.key, 'kind', f.kind) order by f.about, f.place, f.id), '[]') from customer_field f
        where f.workspace_id = p.workspace_id and f.archived_at is null) as own
    from person p join workspace w on w.id = p.workspace_id cross join unnest(${ids}::uuid[]) as asked (id)
      left join conversation c on c.workspace_id = p.workspace_id and c.id = asked.id
      left join customer k on k.workspace_id = c.workspace_id and k.id = c.customer_id
      left join company o on o.workspace_id = k.workspace_id and o.id = k.company_id
      left join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id
      left join team t on t.workspace_id = c.workspace_id and t.id = c.team_id
    where p.workspace_id = ${tx.workspaceId} and p.id = ${who.id}`);

function toldOf(row: Known): Told {
  const language = row.language ?? null;
  const name = row.customer_name === row.customer_address ? '' : (row.customer_name ?? '');
  const values: Values = {
    'customer.first_name': firstName(name),
    'customer.name': name,
    'customer.email': row.customer_address ?? '',
    'customer.company': row.company ?? '',
    'agent.first_name': firstName(row.agent_name),
    'agent.name': row.agent_name,
    'agent.email': row.agent_email,
    'conversation.number': row.number === null ? '' : String(row.number),
    'conversation.subject': row.subject ?? '',
    'inbox.name': row.inbox_name ?? '',
    'inbox.address': row.inbox_address ?? '',
    'team.name': row.team_name ?? '',
    'workspace.name': row.workspace_name,
    today: today(language ?? row.workspace_language, row.time_zone),
  } satisfies Record<(typeof variables)[number], string>;
  const read = language ?? row.workspace_language;
  const fields = row.own.map(
    ({ about, key, kind }) =>
      [
        `${about}.fields.${key}`,
        shown(kind, (about === 'customer' ? row.fields : row.company_fields)?.[key], read),
      ] as const,
  );
  return { conversationId: row.conversation_id, language, values: { ...values, ...Object.fromEntries(fields) } };
}

/** A value of a field of the team's own, as its customer reads it. */
function shown(kind: FieldKind, value: FieldValue | undefined, language: string): string {
  if (value === undefined) return '';
  if (kind === 'yes-no') return inWords(value === true ? say('yes') : say('no'), language);
  if (kind === 'date') return day(language, 'UTC', new Date(`${value}T00:00:00Z`));
  return String(value);
}

/** "Fontaine, Claire" and "Claire Fontaine" are both Claire; a name of one word is that word. */
export const firstName = (name: string): string => {
  const [last, first] = name.split(',');
  return ((first ?? '').trim() || (last ?? '').trim()).split(/\s+/)[0] ?? '';
};
const today = (language: string, timeZone: string): string => day(language, timeZone, new Date());
function day(language: string, timeZone: string, date: Date): string {
  const written = (tag: string, zone: string): string =>
    new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: zone }).format(date);
  try {
    return written(language, timeZone);
  } catch (error) {
    // A language or zone that this Node does not know: better a plain date than none.
    if (error instanceof RangeError) return written('en', 'UTC');
    throw error;
  }
}

/** The newest conversation one could be answering, to try a text on. */
export async function newestConversation(tx: Tx): Promise<string | null> {
  const row = await tx.first<{ id: string }>(
    sql`select id from conversation where workspace_id = ${tx.workspaceId} and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 1`,
  );
  return row?.id ?? null;
}
