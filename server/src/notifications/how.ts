import type { NotificationKind } from '@hearten/contract';
import { isQuiet } from './hours.ts';
import { chosen, type Kept } from './presets.ts';

export type Hearer = Kept & { id: string; time_zone: string };
/** How one person hears of one thing: `ways` interrupt, what `waits` comes with the next digest. */
export type How = { inApp: boolean; ways: ('push' | 'mail')[]; waits: boolean };

/** What a person chose for this kind; what would interrupt their quiet hours waits for the digest. Null: they want none of it. */
export function howToTell(person: Hearer, kind: string, now: Date): How | null {
  const { ways, quiet } = chosen(person);
  const mine = ways[kind as NotificationKind] ?? ['app'];
  const interrupting = (['push', 'mail'] as const).filter((way) => mine.includes(way));
  const still = interrupting.length > 0 && isQuiet(now, quiet, person.time_zone);
  const how: How = {
    inApp: mine.includes('app'),
    ways: still ? [] : interrupting,
    waits: still || mine.includes('digest'),
  };
  return how.inApp || how.ways.length > 0 || how.waits ? how : null;
}
