import type {
  Body,
  NotificationChoice,
  NotificationChoices,
  NotificationKind,
  NotificationPreset,
} from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { planDigests } from './plan-digest.ts';
import { chosen, type Kept, presets, type Ways } from './presets.ts';
import { browsersOf } from './push/browsers.ts';
import { pushKeys } from './push/keys.ts';

/** The same ways, in whatever order they were chosen. Hours are everyone's own and make no other preset. */
function presetOf({ ways }: NotificationChoice): NotificationPreset | null {
  const same = (a: Ways, b: Ways): boolean =>
    (Object.keys(b) as NotificationKind[]).every((kind) => a[kind].toSorted().join() === b[kind].toSorted().join());
  return (Object.keys(presets) as NotificationPreset[]).find((name) => same(ways, presets[name].ways)) ?? null;
}

const keptOf = (tx: Tx, personId: string): Promise<Kept | undefined> =>
  tx.first<Kept>(
    sql`select ways, quiet, digest from notification_choice where workspace_id = ${tx.workspaceId} and person_id = ${personId}`,
  );

export async function choicesOf(tx: Tx, hearten: Hearten, who: Who): Promise<NotificationChoices> {
  const choice = chosen(await keptOf(tx, who.id));
  return {
    ...choice,
    preset: presetOf(choice),
    mails: Boolean(hearten.config.SYSTEM_SMTP),
    pushKey: pushKeys(hearten.seal).publicKey,
    browsers: await browsersOf(tx, who),
  };
}

/** Keeps what was chosen; a digest that is planned already moves to the new hours. */
export async function choose(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  change: Body<'PATCH /notifications/choices'>,
): Promise<NotificationChoices> {
  const before = chosen(await keptOf(tx, who.id));
  const preset = change.preset && presets[change.preset];
  // A preset says what is told how, and when a digest comes that there was none of; quiet hours stay one's own.
  const next: NotificationChoice = {
    ways: Object.fromEntries(
      Object.entries({ ...before.ways, ...preset?.ways, ...change.ways }).map(([kind, ways]) => [
        kind,
        [...new Set(ways)],
      ]),
    ) as Ways,
    quiet: change.quiet ?? before.quiet,
    digest: change.digest ?? preset?.digest ?? before.digest,
  };
  next.digest = { at: [...new Set(next.digest.at)].sort(), days: [...new Set(next.digest.days)].sort() };
  await tx.run(sql`
    insert into notification_choice (workspace_id, person_id, ways, quiet, digest)
    values (${tx.workspaceId}, ${who.id}, ${JSON.stringify(next.ways)}::jsonb, ${JSON.stringify(next.quiet)}::jsonb, ${JSON.stringify(next.digest)}::jsonb)
    on conflict (workspace_id, person_id) do update set ways = excluded.ways, quiet = excluded.quiet, digest = excluded.digest, changed_at = now()`);
  await planDigests(tx, hearten.jobs, [who.id], { again: true });
  await emit(tx, [{ name: 'notification.chosen', actor: actorOf(who), data: { personId: who.id } }]);
  return choicesOf(tx, hearten, who);
}
