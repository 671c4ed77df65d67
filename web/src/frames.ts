import type { Frame } from '@hearten/contract';

/** How many frames are remembered for answers that were on their way while they came. */
const kept = 300;
let seen = 0;
const recent: { n: number; frame: Frame }[] = [];

export const remember = (frame: Frame) => {
  recent.push({ n: ++seen, frame });
  if (recent.length > kept) recent.shift();
};
export const mark = () => seen;

/**
 * An answer read from the database before a frame's commit may arrive after the frame. Replaying what came since the question
 * was asked makes the answer as new as the screen. Null: too much has happened, ask again.
 */
export const since = (asked: number): Frame[] | null => {
  if (seen - asked > recent.length) return null;
  return recent.filter((r) => r.n > asked).map((r) => r.frame);
};

/** Asks, then brings the answer up to the present. */
export const current = async <T>(ask: () => Promise<T>, apply: (answer: T, frame: Frame) => T): Promise<T> => {
  for (let attempt = 0; ; attempt++) {
    const asked = mark();
    const answer = await ask();
    const frames = since(asked);
    if (frames !== null) return frames.reduce(apply, answer);
    if (attempt === 2) return answer;
  }
};

/** Full jitter: a restarted server is not met by everyone at once. */
export const pause = (failures: number, random = Math.random): number =>
  Math.round(Math.min(30_000, 500 * 2 ** Math.min(failures, 7)) * (0.25 + 0.75 * random()));
