import type {
  Body,
  NotificationChoice,
  NotificationChoices,
  NotificationKind,
  NotificationPreset,
} from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { type Actor, emit } from '../base/events.ts';
import type { Jobs } from '../base/jobs.ts';
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
    sql`select ways, quiet, digest, sound from notification_choice where workspace_id = ${tx.workspaceId} and person_id = ${personId}`,
  );

export async function choicesOf(tx: Tx, hearten: Hearten, who: Who): Promise<NotificationChoices> {
  const choice = await keptChoice(tx, who.id);
  return {
    ...choice,
    preset: presetOf(choice),
    mails: Boolean(hearten.config.SYSTEM_SMTP),
    pushKey: pushKeys(hearten.seal).publicKey,
    browsers: await browsersOf(tx, who),
  };
}

/** Keeps what was chosen, a preset or each by itself. */
export async function choose(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  change: Body<'PATCH /notifications/choices'>,
): Promise<NotificationChoices> {
  const before = await keptChoice(tx, who.id);
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
    sound: change.sound ?? preset?.sound ?? before.sound,
  };
  next.digest = { at: [...new Set(next.digest.at)].sort(), days: [...new Set(next.digest.days)].sort() };
  await keepChoice(tx, hearten.jobs, actorOf(who), who.id, next);
  return choicesOf(tx, hearten, who);
}

/** What a person has chosen, presets filled in. */
export const keptChoice = async (tx: Tx, personId: string): Promise<NotificationChoice> =>
  chosen(await keptOf(tx, personId));

/** Keeps a whole choice; a digest that is planned already moves to the new hours. */
export async function keepChoice(
  tx: Tx,
  jobs: Jobs,
  actor: Actor,
  personId: string,
  next: NotificationChoice,
): Promise<void> {
  await tx.run(sql`
    insert into notification_choice (workspace_id, person_id, ways, quiet, digest, sound)
    values (${tx.workspaceId}, ${personId}, ${JSON.stringify(next.ways)}::jsonb, ${JSON.stringify(next.quiet)}::jsonb, ${JSON.stringify(next.digest)}::jsonb, ${next.sound})
    on conflict (workspace_id, person_id) do update set ways = excluded.ways, quiet = excluded.quiet, digest = excluded.digest, sound = excluded.sound, changed_at = now()`);
  await planDigests(tx, jobs, [personId], { again: true });
  await emit(tx, [{ name: 'notification.chosen', actor: actor, data: { personId: personId } }]);
}
