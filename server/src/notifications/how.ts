import type { NotificationKind } from '@hearten/contract';
import { isQuiet } from './hours.ts';
import { chosen, type Kept } from './presets.ts';

export type Hearer = Kept & { id: string; time_zone: string };
/** How one person hears of one thing: `ways` interrupt, what `waits` comes with the next digest, what is `heard` makes a sound. */
export type How = { inApp: boolean; ways: ('push' | 'mail')[]; waits: boolean; heard: boolean };
/** What somebody waits for at this moment. */
const urgent: readonly string[] = ['chat-new', 'chat-wrote'];

/** What a person chose for this kind; what would interrupt their quiet hours waits for the digest. Null: they want none of it. */
export function howToTell(person: Hearer, kind: string, now: Date): How | null {
  const { ways, quiet, sound } = chosen(person);
  const mine = ways[kind as NotificationKind] ?? ['app'];
  const interrupting = (['push', 'mail'] as const).filter((way) => mine.includes(way));
  const audible = sound && urgent.includes(kind) && mine.includes('app');
  const still = (interrupting.length > 0 || audible) && isQuiet(now, quiet, person.time_zone);
  const how: How = {
    inApp: mine.includes('app'),
    ways: still ? [] : interrupting,
    waits: (still && interrupting.length > 0) || mine.includes('digest'),
    heard: audible && !still,
  };
  return how.inApp || how.ways.length > 0 || how.waits ? how : null;
}
