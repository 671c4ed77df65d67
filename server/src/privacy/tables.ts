/** What stays behind when a workspace moves: secrets that open only here, what passes, and what belongs to this machine. */
export const stays: Readonly<Record<string, string>> = {
  bulk: 'can be taken back for an hour, there',
  bulk_item: 'as the above',
  api_key: 'a key names its workspace, and is made anew',
  chat_key: 'secrets open only here',
  chat_link: 'leads to this address only',
  data_export: 'made here',
  data_export_piece: 'made here',
  dkim_key: 'private keys open only with the SECRET_KEY of this machine',
  idempotency: 'passes within a day',
  mail_provider: 'secrets open only here',
  mailbox_grant: 'secrets open only here',
  mailbox_sign_in: 'secrets open only here',
  mood_model: 'its key opens only here, and it may stand in the network of this machine',
  provider: 'secrets open only here',
  provider_request: 'passes',
  sign_in_identity: 'whom a provider meant there',
  sign_in_provider: 'secrets open only here, and a provider sends people to one address only',
  sign_in_way: 'over within minutes',
  push_browser: 'a browser says yes to one address only',
  tracker: 'secrets open only here, and it calls one address only',
  tracker_delivery: 'passes within days',
  visitor_session: 'a browser is known at one address only',
  week_cell: 'counted anew there',
  week_kept: 'counted anew there',
  week_touched: 'counted anew there',
  problem_night: 'each night is judged where it is',
  webhook: 'secrets open only here; addresses of others are told anew',
  backup: 'of this machine',
  webhook_attempt: 'was sent from here',
  webhook_delivery: 'was sent from here',
};
/** Of these tables some rows move: an erasure that was promised and is not over. */
export const only: Readonly<Record<string, string>> = { erasure: `t.state in ('waiting', 'running')` };
/** Of the workspace itself: what comes along, */
export const habits: Readonly<Record<string, true>> = {
  ...{ name: true, language: true, time_zone: true, settings: true, closes_after_days: true },
  ...{ empties_trash_after_days: true, chats_each: true, asks_mood: true, order_event: true },
};
/** and what does not. */
export const ownOfPlace: Readonly<Record<string, string>> = {
  id: 'it is another workspace',
  created_at: 'it was made here',
  sample_of: 'no sample moves',
  sample: 'no sample moves',
  sign_in: 'networks and a company’s sign-in of there would shut out whoever is here: said anew',
};
/** Columns that hold something sealed, in tables that move: left empty. */
export const sealed: Readonly<Record<string, readonly string[]>> = { inbox: ['secrets'] };

export type Table = {
  name: string;
  columns: string[];
  /** The primary key but for the workspace, with the types that its values are compared as. */
  key: { name: string; type: string }[];
  /** Other tables that its rows point at, and columns that point at rows of its own. */
  needs: string[];
  own: string[];
};

/** Every table of a workspace, those first that others point at. Asked of the database itself, so a new table moves too. */
export const tablesQuery = `
  select c.relname as name,
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by k.n), '[]') from pg_index i, unnest(i.indkey) with ordinality k (attnum, n)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum where i.indrelid = c.oid and i.indisprimary and a.attname <> 'workspace_id') as key,
    (select coalesce(array_agg(distinct t.relname::text), '{}') from pg_constraint f join pg_class t on t.oid = f.confrelid where f.conrelid = c.oid and f.contype = 'f' and t.oid <> c.oid) as needs,
    (select coalesce(array_agg(distinct a.attname::text), '{}') from pg_constraint f join pg_attribute a on a.attrelid = c.oid and a.attnum = any (f.conkey)
      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = c.oid and a.attname <> 'workspace_id') as own
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnotnull) order by 1`;

export function inOrder(all: Table[]): Table[] {
  const moving = all.filter((table) => !(table.name in stays));
  const out: Table[] = [];
  while (out.length < moving.length) {
    const next = moving.find(
      (table) =>
        !out.includes(table) &&
        table.needs.every((need) => out.some((one) => one.name === need) || !moving.some((one) => one.name === need)),
    );
    if (!next) throw new Error('Tables point at each other in a circle; none can be moved first.');
    out.push(next);
  }
  return out;
}
