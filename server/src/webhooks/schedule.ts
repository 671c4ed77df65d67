const [SECOND, MINUTE, HOUR] = [1, 60, 3600];
/** Seconds after each failed try until the next, as Standard Webhooks recommend: the first at once, the tenth after 75 hours. */
export const delays: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Many that failed together don't come back together: up to so much of a delay is added. */
const JITTER = 0.1;
/** Nobody is left alone for longer, whatever they ask for. */
const LONGEST = 24 * HOUR;
/** A pause for all that waits for a receiver which says that it is overloaded, when it doesn't say for how long. */
const BREATH = 30;

/** What came back: a status, or null when nothing did. */
export type Came = { status: number | null; retryAfter?: string | undefined };
export type Next =
  /** 2xx: it has it. */
  | { outcome: 'delivered' }
  /** 410: it wants nothing more, ever. */
  | { outcome: 'gone' }
  /** Again after so many seconds; everything else for this receiver waits for `pause` as well. */
  | { outcome: 'again'; seconds: number; pause: number }
  /** The whole schedule is used up. */
  | { outcome: 'exhausted'; pause: number };

/** `Retry-After` in seconds, or as a date. */
function asked(header: string | undefined, now: number): number {
  if (!header) return 0;
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, Math.ceil(seconds)), LONGEST) : 0;
}

/** `tries` are those there were, with this one. */
export function nextAfter(came: Came, tries: number, now = Date.now(), chance = Math.random()): Next {
  const { status } = came;
  if (status !== null && status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status === 410) return { outcome: 'gone' };
  const wished = asked(came.retryAfter, now);
  const overloaded = status === 429 || status === 502 || status === 503 || status === 504;
  const pause = overloaded ? Math.max(wished, BREATH) : wished;
  const delay = delays[tries - 1];
  if (delay === undefined) return { outcome: 'exhausted', pause };
  return { outcome: 'again', seconds: Math.max(delay * (1 + JITTER * chance), pause), pause };
}
