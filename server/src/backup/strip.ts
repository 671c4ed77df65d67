import type pg from 'pg';

/** One thing taken off a table before it is filled, and when it is put back: once the table is loaded, when all are, or at the end. */
export type Taken = { table: string; when: 'loaded' | 'all' | 'end'; back: string };

/**
 * Takes off what would cost most row by row: indexes and keys are made at once from what is there, in a fraction of the time. Row security
 * steps aside for the owner (COPY can't write through it), and triggers did their work when the rows were first written.
 */
export async function strip(client: pg.ClientBase, names: readonly string[]): Promise<Taken[]> {
  const { rows: keys } = await client.query<{ table: string; name: string; kind: string; text: string }>(
    `
    select conrelid::regclass::text as table, quote_ident(conname) as name, contype as kind, pg_get_constraintdef(oid) as text
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f') and conparentid = 0 and conrelid::regclass::text = any ($1)
    order by case contype when 'f' then 0 else 1 end, conname`,
    [names],
  );
  const { rows: indexes } = await client.query<{ table: string; name: string; text: string }>(
    `
    select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text
    from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace and i.indrelid::regclass::text = any ($1)
      and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) order by 2`,
    [names],
  );
  const { rows: tables } = await client.query<{ table: string; forced: boolean; triggers: boolean }>(
    `
    select c.oid::regclass::text as table, c.relforcerowsecurity as forced, exists (select 1 from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.oid::regclass::text = any ($1)`,
    [names],
  );
  const taken: Taken[] = [];
  await client.query('begin');
  for (const { table, name, kind, text } of keys) {
    await client.query(`alter table ${table} drop constraint ${name}`);
    taken.push({
      table,
      when: kind === 'f' ? 'all' : 'loaded',
      back: `alter table ${table} add constraint ${name} ${text}`,
    });
  }
  for (const { table, name, text } of indexes) {
    await client.query(`drop index ${name}`);
    taken.push({ table, when: 'loaded', back: text });
  }
  for (const { table, forced, triggers } of tables) {
    if (forced) {
      await client.query(`alter table ${table} no force row level security`);
      taken.push({ table, when: 'end', back: `alter table ${table} force row level security` });
    }
    if (triggers) {
      await client.query(`alter table ${table} disable trigger user`);
      taken.push({ table, when: 'end', back: `alter table ${table} enable trigger user` });
    }
  }
  await client.query('commit');
  // Primary keys first: they are what the others may need.
  return taken.sort((a, b) => Number(b.back.includes(' PRIMARY KEY ')) - Number(a.back.includes(' PRIMARY KEY ')));
}

export async function rebuild(client: pg.ClientBase, taken: readonly Taken[]): Promise<void> {
  for (const { back } of taken) await client.query(back);
}
