import type pg from 'pg';
import { connectTo } from './hosts.ts';

/**
 * Row security is only as good as the role that is used. Tables belong to the role that signs in; each transaction
 * works as `hearten_app`, which owns nothing. Refuses, with the SQL that puts it right, a role that would bypass it.
 */
export async function checkRoles(url: string): Promise<void> {
  const client = await connectTo(url, { application_name: 'hearten start' });
  try {
    const { rows } = await client.query(look);
    const found = rows[0] as Found;
    if (found.version < 150000) refuse(`Postgres ${found.version_text} is too old: 15 or newer is needed.`, []);
    if (found.encoding !== 'UTF8')
      refuse(`The database "${found.database}" is encoded as ${found.encoding}, and mail needs UTF8.`, [
        `create database hearten owner "${found.role}" encoding 'UTF8' template template0;`,
      ]);
    if (found.superuser || found.bypass)
      refuse(
        `The role "${found.role}" ${found.superuser ? 'is a superuser' : 'has BYPASSRLS'}, so row security would ` +
          `not hold one company's data apart from another's. Use a role of its own:`,
        [
          `create role hearten login password 'choose-one' nosuperuser nobypassrls;`,
          ...appRole('hearten'),
          `alter database "${found.database}" owner to hearten;`,
          `alter schema public owner to hearten;`,
        ],
      );
    if (!found.create)
      refuse(`The role "${found.role}" may not create tables in the schema public of "${found.database}".`, [
        `grant create on database "${found.database}" to "${found.role}";`,
        `grant create, usage on schema public to "${found.role}";`,
      ]);
    if (found.app_strong) refuse(`The role "hearten_app" bypasses row security.`, [weaken]);
    if (!found.app_member) {
      if (found.createrole) return await createAppRole(client, found.role);
      refuse(`The role "hearten_app", as which every transaction works, is missing or not granted.`, [
        ...(found.app_exists ? [] : [createApp]),
        grantApp(found.role),
      ]);
    }
  } finally {
    await client.end();
  }
}

/** Creates `hearten_app` and lets `role` become it, if that isn't so yet. */
export async function createAppRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query(`select 1 from pg_roles where rolname = 'hearten_app'`);
  if (!rowCount) await client.query(createApp);
  const { rows } = await client.query(`select current_setting('server_version_num')::int as version`);
  // 16 and newer can say: may become it, but does not have its rights without becoming it
  const how = rows[0].version >= 160000 ? ' with set true, inherit false' : '';
  await client.query(grantApp(role).replace(';', `${how};`));
}

const createApp = 'create role hearten_app nologin nosuperuser nobypassrls;';
const weaken = 'alter role hearten_app nosuperuser nobypassrls;';
const grantApp = (role: string) => `grant hearten_app to "${role}";`;
const appRole = (role: string) => [createApp, grantApp(role)];

type Found = {
  role: string;
  database: string;
  version: number;
  version_text: string;
  encoding: string;
  superuser: boolean;
  bypass: boolean;
  createrole: boolean;
  create: boolean;
  app_exists: boolean;
  app_strong: boolean;
  app_member: boolean;
};

const look = `
  select current_user as role, current_database() as database,
         current_setting('server_version_num')::int as version, current_setting('server_version') as version_text,
         current_setting('server_encoding') as encoding,
         me.rolsuper as superuser, me.rolbypassrls as bypass, me.rolcreaterole as createrole,
         has_schema_privilege('public', 'create') and has_database_privilege(current_database(), 'create') as create,
         app.oid is not null as app_exists,
         coalesce(app.rolsuper or app.rolbypassrls, false) as app_strong,
         coalesce(pg_has_role(me.oid, app.oid, 'member'), false) as app_member
    from pg_roles me left join pg_roles app on app.rolname = 'hearten_app'
   where me.rolname = current_user`;

function refuse(what: string, sql: string[]): never {
  const help = sql.length
    ? `\nAs an administrator of that database, run:\n${sql.map((line) => `  ${line}`).join('\n')}`
    : '';
  throw new Error(`${what} Nothing was changed.${help}`);
}
