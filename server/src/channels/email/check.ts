import type { Finding } from '@hearten/contract';
import { NOWHERE, sql } from '../../base/db.ts';
import { textOf } from '../../base/errors.ts';
import type { InboxRow } from '../../conversations/index.ts';
import { openSecrets, settingsOf } from './room.ts';
import { proofsOf } from './sign-in/proof.ts';
import type { Keys } from './sign-in/renewal.ts';
import { testConnection } from './test-connection.ts';

export type Checked = { address: string; secrets: Finding; findings: Finding[] };

/** Every connected inbox: do its stored passwords open, and do its servers answer? Changes nothing, sends nothing. */
export async function checkInboxes(room: Keys): Promise<Checked[]> {
  const all = await room.db.read<{ workspace_id: string; inbox_id: string }>(
    NOWHERE,
    sql`select * from inboxes_of('email')`,
  );
  const out: Checked[] = [];
  for (const { workspace_id, inbox_id } of all) {
    const [row] = await room.db.read<InboxRow>(
      workspace_id,
      sql`select workspace_id, id, brand_id, channel, name, address, enabled, settings, secrets from inbox where workspace_id = ${workspace_id} and id = ${inbox_id}`,
    );
    if (row) out.push(await checkOne(room, row));
  }
  return out;
}

async function checkOne(room: Keys, row: InboxRow): Promise<Checked> {
  const { address } = row;
  try {
    const proofs = settingsOf(row).signIn ? await proofsOf(room, row) : openSecrets(room.seal, row);
    const { findings } = await testConnection(address, settingsOf(row), proofs);
    return { address, secrets: { step: 'secrets', ok: true, text: 'Its stored passwords open.' }, findings };
  } catch (error) {
    return { address, secrets: { step: 'secrets', ok: false, text: textOf(error) }, findings: [] };
  }
}
