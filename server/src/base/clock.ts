import { textOf } from './errors.ts';
import type { Log } from './log.ts';

const EVERY = 60_000;
const NOTHING = 1_000; // ms: less is the way to the database and back, not a clock that goes wrong
let apart = 0;

/**
 * The time at the database, in ms. What is promised, due or written down goes by that one clock: a host whose own is an hour off would
 * take away the time to undo, or keep an answer back for an hour.
 */
export const clock = (): number => Date.now() + apart;

/** Looks how far this host's clock is from the database's, now and each minute; `there` asks what time it is there. */
export async function keepClock(there: () => Promise<string>, log: Log): Promise<() => Promise<void>> {
  const look = async (): Promise<void> => {
    const asked = Date.now();
    const said = Date.parse(await there());
    const way = (Date.now() - asked) / 2;
    const found = said - asked - way;
    // Known only as exactly as the way there is short: on a machine with too much to do a second or two of it are no clock that goes wrong.
    const same = Math.abs(found - apart) <= Math.max(NOTHING, way);
    const next = same ? apart : Math.abs(found) < NOTHING ? 0 : Math.round(found);
    if (Math.abs(next - apart) >= NOTHING)
      log.warn(
        next === 0
          ? 'The clock of this host agrees with that of the database again'
          : 'The clock of this host is not that of the database, by which Hearten goes: set one of them right',
        { seconds: Math.round(next / 1000) },
      );
    apart = next;
  };
  await look();
  const timer = setInterval(
    () => look().catch((error) => log.warn('The clock of the database could not be read', { error: textOf(error) })),
    EVERY,
  );
  timer.unref();
  return async () => clearInterval(timer);
}
