import { setTimeout as sleep } from 'node:timers/promises';

// In ms: how long it works until a rest is worth it.
const SLICE = 2;
// In ms: as much as it rests at most, however long a piece took.
const LONGEST = 100;

/**
 * Rests as long as was worked since the last rest, times `share`: whoever waits for a page finds the processor free most of the time, also
 * where priorities between processes count for nothing. Called after every piece of work.
 */
export function makePace(share = 1): () => Promise<void> {
  // The database pauses too: what it has ready waits in the socket until it is read.
  let since = performance.now();
  return async () => {
    const worked = performance.now() - since;
    if (worked < SLICE) return;
    await sleep(Math.min(LONGEST, worked * share));
    since = performance.now();
  };
}
