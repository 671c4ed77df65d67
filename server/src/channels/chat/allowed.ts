import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import type { Chat } from './settings.ts';

/** How often one may do what costs something, each by its own key: a machine (of IPv6 a whole /64), or a visitor. */
export type Limits = {
  lines: (ip: string) => void;
  /** Visitors that are made: who comes back, by their secret or signed in, is none. */
  visits: (ip: string) => void;
  /** Pages that are opened, by whomever. */
  comes: (ip: string) => void;
  /** Whatever looks, of a machine and of a visitor. */
  asks: (ip: string) => void;
  looks: (visitorId: string) => void;
  says: (visitorId: string) => void;
  writes: (ip: string) => void;
  /** Conversations that are begun: each is work for the team. */
  begins: (ip: string) => void;
  /** What is said over a line and is no message: a visitor's `cost`, and that of all visitors of a machine. */
  frames: (ip: string, visitorId: string, cost: number) => void;
  bytes: (ip: string, visitorId: string, cost: number) => void;
  events: (visitorId: string, cost: number) => void;
};
const MB = 1024 * 1024;
export function makeLimits(): Limits {
  const byMachine = (limit: ReturnType<typeof makeLimit>): ((ip: string, cost?: number) => void) => {
    return (ip, cost) => limit(machine(ip), cost);
  };
  // The visitor's first: who is at their own end takes nothing of those beside them.
  const both = (own: ReturnType<typeof makeLimit>, all: ReturnType<typeof makeLimit>): Limits['frames'] => {
    return (ip, visitorId, cost) => {
      own(visitorId, cost);
      all(machine(ip), cost);
    };
  };
  return {
    lines: byMachine(makeLimit(300)),
    visits: byMachine(makeLimit(60)),
    comes: byMachine(makeLimit(1_200, 600)),
    asks: byMachine(makeLimit(6_000, 3_000)),
    looks: makeLimit(300, 200),
    says: makeLimit(40, 20),
    writes: byMachine(makeLimit(240)),
    begins: byMachine(makeLimit(60)),
    frames: both(makeLimit(300, 200), makeLimit(6_000, 3_000)),
    // In an hour 200 MB of a visitor and 1 GB of a machine, half of it at once.
    bytes: both(makeLimit((200 / 60) * MB, 100 * MB), makeLimit((1_000 / 60) * MB, 500 * MB)),
    events: makeLimit(30, 40),
  };
}
/** Open lines: of a visitor, who may have many tabs, and of a machine, behind which a whole office may sit. */
export const OPEN = { visitor: 20, machine: 500 };

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

/**
 * The same hosts as the frame compares them with the page around it, once more after the browser did: a page's host bears no port that https has
 * anyway, and of all below a domain the port was looked at by the browser.
 */
export const askedOf = ({ settings: { domains } }: Pick<Chat, 'settings'>): string[] =>
  domains.map((host) => host.replace(host.startsWith('*.') ? /:\d+$/ : /:443$/, ''));
