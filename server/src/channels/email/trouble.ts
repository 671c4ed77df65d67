import { clock } from '../../base/clock.ts';
import { baseUrl } from '../../base/config.ts';
import { sql } from '../../base/db.ts';
import { emit, system } from '../../base/events.ts';
import type { Hearten } from '../../base/module.ts';
import { readIn } from '../../base/reasons.ts';
import { mailLetter, oneLine, peopleOf, readWorkspace } from '../../team/index.ts';
import { troubleKey } from './state.ts';

type Row = {
  name: string;
  address: string;
  state_text: string;
  state_why: unknown;
  trouble_since: string | null;
  /** Seconds since its people were last told of anything; null when they never were. */
  told: number | null;
  again: boolean;
};
const DAY = 86_400;
/** An inbox that falls and rises all the time is told of this often at most. */
const APART = 900;

/** Tells its people that an inbox is in trouble still: in the app, and its owners by mail. Once, and then daily while it lasts. */
export async function tellTrouble(
  room: Pick<Hearten, 'db' | 'jobs' | 'config'>,
  workspaceId: string,
  inboxId: string,
): Promise<void> {
  await room.db.tx(workspaceId, async (tx) => {
    const row = await tx.first<Row>(sql`
      select name, address, state_text, state_why, trouble_since, extract(epoch from now() - told_at)::float8 as told, coalesce(told_at > trouble_since, false) as again
      from inbox where workspace_id = ${workspaceId} and id = ${inboxId} and state = 'trouble' and enabled and deleted_at is null for no key update`);
    if (!row) return;
    const next = (seconds: number): Promise<void> =>
      room.jobs.add(
        tx,
        'inbox-trouble',
        { inboxId },
        { at: new Date(clock() + seconds * 1000), key: troubleKey(inboxId) },
      );
    const early = row.told === null ? 0 : (row.again ? DAY - 60 : APART) - row.told;
    if (early > 0) return next(early);
    await tx.run(sql`update inbox set told_at = now() where workspace_id = ${workspaceId} and id = ${inboxId}`);
    await emit(tx, [
      {
        name: 'inbox.trouble',
        actor: system,
        data: {
          inboxId,
          address: row.address,
          text: row.state_text,
          why: row.state_why,
          since: row.trouble_since,
          again: row.again,
        },
      },
    ]);
    const { name: workspace } = await readWorkspace(tx);
    for (const person of await peopleOf(tx))
      if (person.active && person.role === 'owner')
        await mailLetter(room, tx, {
          mail: 'inbox-trouble',
          to: { name: person.name, address: person.email },
          language: person.language,
          variables: {
            'workspace.name': oneLine(workspace),
            'person.name': oneLine(person.name),
            'inbox.address': oneLine(row.address),
            text: oneLine(readIn(row.state_why, row.state_text, person.language), 1000),
            since: `${new Date(row.trouble_since ?? clock()).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
            link: `${baseUrl(room.config)}/settings/inboxes/${inboxId}`,
          },
        });
    await next(DAY);
  });
}
