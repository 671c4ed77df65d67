import type { Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import type { Hearten, Who } from '../base/module.ts';
import { hostOf } from './passkey.ts';
import { passkeysOf } from './passkeys.ts';
import { type Rules, secondFactorFrom } from './rules.ts';
import { personOnly } from './who.ts';

/** All ways in of the one who asks, and what their workspace wants of them. */
export async function waysOf(tx: Tx, hearten: Hearten, who: Who): Promise<Reply<'GET /me/sign-in'>> {
  personOnly(who);
  const account = await tx.first<{ password: boolean; totp: boolean; recoveryLeft: number }>(
    sql`select password_hash is not null as password, totp_on as totp, cardinality(recovery) as "recoveryLeft" from account where id = ${who.accountId}`,
  );
  const workspace = await tx.first<{ rules: Rules }>(
    sql`select sign_in as rules from workspace where id = ${tx.workspaceId}`,
  );
  const from = secondFactorFrom(workspace?.rules ?? {});
  return {
    password: account?.password ?? false,
    totp: account?.totp ?? false,
    recoveryLeft: account?.recoveryLeft ?? 0,
    passkeys: who.bound ? [] : await passkeysOf(tx, who.accountId),
    passkeyHost: hostOf(hearten.config),
    company: await tx.many<{ id: string; name: string; linkedAt: string | null }>(sql`
      select p.id, p.name, (select min(i.created_at) from sign_in_identity i where i.workspace_id = p.workspace_id and i.provider_id = p.id and i.person_id = ${who.id}) as "linkedAt"
      from sign_in_provider p where p.workspace_id = ${tx.workspaceId} order by p.created_at, p.id`),
    bound: who.bound ?? false,
    secondFactorFrom: from === null ? null : new Date(from).toISOString(),
  };
}
