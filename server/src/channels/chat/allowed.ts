import { makeLimit } from '../../base/limits.ts';
import type { Chat } from './settings.ts';

/** How often one may do what costs something, each by its own key. */
export type Limits = {
  lines: (ip: string) => void;
  visits: (ip: string) => void;
  says: (visitorId: string) => void;
  writes: (ip: string) => void;
  events: (visitorId: string, cost: number) => void;
};
export const makeLimits = (): Limits => ({
  lines: makeLimit(300),
  visits: makeLimit(60),
  says: makeLimit(40, 20),
  writes: makeLimit(240),
  events: makeLimit(30, 40),
});

/** Which pages may hold the frame. Ports and schemes are theirs; without a list, every page may. */
export const ancestors = ({ settings: { domains } }: Chat): string =>
  domains.length === 0
    ? '*'
    : [
        "'self'",
        ...domains.flatMap((host) => [
          `https://${host}`,
          ...(/^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? [`http://${host}`] : []),
        ]),
      ].join(' ');
