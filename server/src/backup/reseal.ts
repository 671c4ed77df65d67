import type pg from 'pg';
import { noteKey } from '../base/key-check.ts';
import { type Seal, sealedBy } from '../base/seal.ts';

/** Where sealed values lie, the column that names the row, and what each is bound to. `reseal.test.ts` holds that none is missing. */
export const sealedColumns: readonly {
  table: string;
  column: string;
  id: string;
  place: (w: string, id: string) => string;
}[] = [
  { table: 'account', column: 'totp_secret', id: 'id', place: (_, id) => `account ${id} totp` },
  { table: 'inbox', column: 'secrets', id: 'id', place: (w, id) => `inbox:${w}:${id}` },
  { table: 'provider', column: 'secrets', id: 'inbox_id', place: (w, id) => `provider:${w}:${id}` },
  { table: 'dkim_key', column: 'secret', id: 'id', place: (w, id) => `dkim-key:${w}:${id}` },
  { table: 'mailbox_grant', column: 'secret', id: 'inbox_id', place: (w, id) => `mailbox-grant:${w}:${id}` },
  { table: 'mail_provider', column: 'secret', id: 'provider', place: (w, id) => `mail-provider:${w}:${id}` },
  { table: 'push_browser', column: 'sealed', id: 'id', place: (w, id) => `push ${w} ${id}` },
  { table: 'sign_in_provider', column: 'secret', id: 'id', place: (_, id) => `sign-in-provider ${id}` },
  { table: 'chat_key', column: 'secret', id: 'id', place: (w, id) => `chat key ${w} ${id}` },
  { table: 'tracker', column: 'sealed', id: 'id', place: (w, id) => `tracker:${w}:${id}` },
  { table: 'mood_model', column: 'secret', id: 'workspace_id', place: (w) => `mood-model:${w}` },
  { table: 'webhook', column: 'sealed', id: 'id', place: (w, id) => `webhook:${w}:${id}` },
];
/** Over in minutes anyway, and opened by the former key until then. */
export const passing: readonly string[] = ['mailbox_sign_in.secret', 'sign_in_way.secret'];

const PIECE = 200;

/**
 * Seals anew, with the key that is first now, what another one sealed. Row by row and only over what it read, so it may be broken off and
 * begun again, beside people who work. What doesn't open with any key stays as it is and is counted.
 */
export async function reseal(client: pg.Client, seal: Seal, key: string): Promise<{ done: number; stuck: number }> {
  const mark = sealedBy(key);
  const out = { done: 0, stuck: 0 };
  const { rows: workspaces } = await client.query<{ id: string }>('select id from workspace');
  for (const { table, column, id, place } of sealedColumns)
    for (const workspace of table === 'account' ? [''] : workspaces.map((row) => row.id)) {
      if (workspace) await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
      const own = workspace ? 'workspace_id = $4::uuid' : `$4 = ''`;
      let after = '';
      for (;;) {
        const { rows } = await client.query<{ id: string; sealed: Buffer }>(
          `select ${id}::text as id, ${column} as sealed from ${table} where ${own} and ${column} is not null and substring(${column} from 1 for 5) <> $1 and ${id}::text > $2 order by ${id}::text limit $3`,
          [mark, after, PIECE, workspace],
        );
        for (const row of rows) {
          after = row.id;
          let text: string;
          try {
            text = seal.open(row.sealed, place(workspace, row.id));
          } catch {
            out.stuck++; // said by who asked for it: its key is none of ours
            continue;
          }
          const sealed = seal.close(text, place(workspace, row.id));
          const where = workspace ? ' and workspace_id = $4::uuid' : '';
          const { rowCount } = await client.query(
            `update ${table} set ${column} = $1 where ${id}::text = $2 and ${column} = $3${where}`,
            workspace ? [sealed, row.id, row.sealed, workspace] : [sealed, row.id, row.sealed],
          );
          out.done += rowCount ?? 0;
        }
        if (rows.length < PIECE) break;
      }
    }
  await noteKey(client, seal);
  return out;
}
