import pg from 'pg';

const SHIFT_DAYS = 180; // as long as a seeded history is
/** Columns that name a row which is multiplied too. */
const ids = new Set(['id', 'conversation_id', 'message_id', 'customer_id', 'company_id']);
const moved = new Set(['created_at', 'last_at', 'at', 'sent_at', 'send_at', 'waiting_since', 'resolved_at', 'up_to']);
const tables = [
  'company',
  'customer',
  'handle',
  'search_name',
  'conversation',
  'message',
  'search_row',
  'event',
  'seen',
] as const;

/**
 * A seeded desk with so many times the conversations: each copy half a year older than the one before, with customers,
 * ids and numbers of its own, written down in the order they would have come, so that what came together lies together.
 * Minutes instead of the hour that writing each letter takes; the words repeat, as they do in a support inbox.
 * @param adminUrl Postgres as its superuser; nothing else works on the desk meanwhile
 */
export async function multiply(adminUrl: string, times: number, told: (text: string) => void): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    // Keys and triggers were obeyed by what is copied.
    await client.query(`set session_replication_role = replica`);
    await client.query(`set maintenance_work_mem = '1GB'`);
    await client.query(`set synchronous_commit = off`);
    await client.query(`
      create or replace function pg_temp.moved(id uuid, copy int) returns uuid language sql immutable as $$
        select case when copy = 0 or id is null then id else (
          lpad(to_hex(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - copy * ${SHIFT_DAYS}::bigint * 86400000), 12, '0')
          || substr(id::text, 15, 4) || substr(id::text, 20, 4) || substr(id::text, 25, 8) || lpad(to_hex(copy), 4, '0'))::uuid end $$`);
    const { rows: counts } = await client.query<{ workspace_id: string; conversations: string }>(
      'select workspace_id, conversations from counter order by conversations desc limit 1',
    );
    const [workspace, each] = [counts[0]?.workspace_id ?? '', Number(counts[0]?.conversations ?? 0)];
    const indexes = await withoutIndexes(client);
    for (const table of tables) {
      const { rows: columns } = await client.query<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
        [table],
      );
      const names = columns.map(({ name }) => `"${name}"`).join(', ');
      const values = columns.map(({ name }) => copyOf(table, name, times, each)).join(', ');
      const began = Date.now();
      // The newest keep their ids; their numbers are the highest.
      if (table === 'conversation')
        await client.query(`update conversation set number = number + $2 where workspace_id = $1`, [
          workspace,
          each * (times - 1),
        ]);
      if (table === 'search_row')
        await client.query(`update search_row set bucket = bucket + $2 where workspace_id = $1`, [
          workspace,
          (each / 1000) * (times - 1),
        ]);
      await client.query(`create temp table original as select * from ${table} where workspace_id = '${workspace}'`);
      for (let copy = times - 1; copy >= 1; copy--)
        await client.query(
          `insert into ${table} (${names}) select ${values} from original t cross join (values (${copy})) c (copy)`,
        );
      await client.query('drop table original');
      told(`${table}: ${Math.round((Date.now() - began) / 1000)} s`);
    }
    await client.query(`update counter set conversations = $2 where workspace_id = $1`, [workspace, each * times]);
    for (const index of indexes) {
      const began = Date.now();
      await client.query(index);
      told(`${/index (\S+)/i.exec(index)?.[1]}: ${Math.round((Date.now() - began) / 1000)} s`);
    }
    await client.query(`vacuum (analyze) ${tables.join(', ')}`);
  } finally {
    await client.end();
  }
}

/** Takes away what is quicker to make anew than to keep up; the primary keys stay. */
async function withoutIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
     where i.indrelid = any ($1::regclass[]) and not i.indisprimary and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ made }) => made);
}

function copyOf(table: string, column: string, times: number, each: number): string {
  const own = `t."${column}"`;
  if (ids.has(column) && !(table === 'seen' && column === 'person_id')) return `pg_temp.moved(${own}, copy)`;
  if (moved.has(column)) return `${own} - copy * interval '${SHIFT_DAYS} days'`;
  // Those just numbered are the newest: a copy's numbers lie below them, the oldest lowest.
  if (table === 'conversation' && column === 'number') return `${own} - copy * ${each}`;
  if (table === 'search_row' && column === 'bucket') return `${own} - copy * ${each / 1000}`;
  // What was resolved so long ago has been closed since; nobody has waited for years.
  if (table === 'conversation' && column === 'status')
    return `case when ${own} = 'resolved' or (${own} in ('open', 'waiting') and copy > ${Math.ceil(times / 3)}) then 'closed' else ${own} end`;
  if (
    column === 'customer_address' ||
    (table === 'handle' && column === 'value') ||
    column === 'external_id' ||
    column === 'in_reply_to'
  )
    return `copy || '.' || ${own}`;
  if (table === 'company' && column === 'domain') return `copy || '.' || ${own}`;
  if (column === 'folded') return `${own} || ' ' || copy`;
  if (column === 'dedupe') return `${own} || decode(lpad(to_hex(copy), 4, '0'), 'hex')`;
  if (table === 'event' && column === 'actor_id')
    return `case when t.actor_kind = 'customer' then pg_temp.moved(${own}, copy) else ${own} end`;
  return own;
}
