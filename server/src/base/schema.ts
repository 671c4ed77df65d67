import pg from 'pg';

/** The schema as one file for readers, from the catalogue. It is never run: the migrations are. */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const lines = async (text: string) => (await client.query<{ line: string }>(text)).rows.map(({ line }) => line);
    const parts = [
      '-- Generated from the migrations for people to read: npm run schema. Do not edit, do not run.',
      (await lines(extensions)).join('\n'),
      (await lines(types)).join('\n'),
      ...(await lines(tables)),
      ...(await lines(functions)),
    ];
    return `${parts.filter(Boolean).join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

const ownOnly = (id: string) => `not exists (select 1 from pg_depend d where d.objid = ${id} and d.deptype = 'e') and `;

const extensions = `
  select format('create extension %s;', extname) as line from pg_extension where extname <> 'plpgsql' order by extname`;

const types = `
  select format('create type %s as enum (%s);', t.typname,
                (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
                   from pg_enum where enumtypid = t.oid)) as line
    from pg_type t
   where ${ownOnly('t.oid')} t.typtype = 'e' and t.typnamespace = 'public'::regnamespace
   order by t.typname`;

const functions = `
  select pg_get_functiondef(p.oid) || ';' as line
    from pg_proc p
   where ${ownOnly('p.oid')} p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
   order by p.proname, p.oid::regprocedure::text collate "C"`;

const tables = `
  select concat_ws(E'\\n',
    nullif('-- ' || replace(obj_description(c.oid, 'pg_class'), E'\\n', E'\\n-- '), '-- '),
    format(E'create table %s (\\n%s\\n)%s;', c.relname,
      (select string_agg(line, E',\\n' order by place, line)
         from (select a.attnum::int as place,
                      format('  %s %s', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod))
                      || case when a.attnotnull then ' not null' else '' end
                      || case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
                              when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(f.adbin, f.adrelid))
                              when f.adbin is not null then ' default ' || pg_get_expr(f.adbin, f.adrelid)
                              else '' end as line
                 from pg_attribute a left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               union all
               select 10000 + position(contype::text in 'pufc'), '  ' || pg_get_constraintdef(oid)
                 from pg_constraint where conrelid = c.oid and contype in ('p', 'u', 'f', 'c', 'x')) parts),
      case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid)
           when c.relispartition then ' -- partition: ' || pg_get_expr(c.relpartbound, c.oid) else '' end),
    (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\\n' order by i.indexrelid::regclass::text collate "C")
       from pg_index i
      where i.indrelid = c.oid and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)),
    case when c.relrowsecurity then format('alter table %s enable row level security;', c.relname) end,
    case when c.relforcerowsecurity then format('alter table %s force row level security;', c.relname) end,
    (select string_agg(format('create policy %s on %s for %s%s%s;', polname, c.relname,
              case polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
              ' using ' || '(' || pg_get_expr(polqual, polrelid) || ')',
              ' with check ' || '(' || pg_get_expr(polwithcheck, polrelid) || ')'), E'\\n' order by polname)
       from pg_policy where polrelid = c.oid),
    (select string_agg(pg_get_triggerdef(t.oid) || ';', E'\\n' order by tgname)
       from pg_trigger t where t.tgrelid = c.oid and not tgisinternal)) as line
    from pg_class c
   where ${ownOnly('c.oid')} c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   order by c.relname collate "C"`;
