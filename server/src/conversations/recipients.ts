import type { Address, Delivery, Reason, Recipient } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { worded } from '../base/reasons.ts';
import { plainAddress } from '../customers/index.ts';
import type { Answer } from './channel.ts';

/** Seconds between tries: about a day in all. */
export const TRIES = [30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200];

export type Recipients = { to: Address[]; cc: Address[]; bcc: Address[] };
/** Everyone a message goes to, each once. */
export const everyone = (r: Recipients): string[] => [
  ...new Map([...r.to, ...r.cc, ...r.bcc].map((a) => [plainAddress(a.address), a.address])).values(),
];
/** Those it still has to reach: at first all of them. */
export const waiting = (r: Recipients, known: Delivery | null): string[] => {
  if (!known || known.recipients.length === 0) return everyone(r);
  return known.recipients.flatMap((one) => (one.state === 'pending' || one.state === 'deferred' ? [one.address] : []));
};

/** What the message as a whole is, by what became of it at each recipient. */
export function wholeState(list: Recipient[]): 'deferred' | 'unknown' | 'bounced' | 'failed' | 'sent' {
  const some = (...states: Recipient['state'][]): boolean => list.some((one) => states.includes(one.state));
  if (some('deferred', 'pending')) return 'deferred';
  if (some('unknown')) return 'unknown';
  if (some('bounced')) return 'bounced';
  return some('refused') ? 'failed' : 'sent';
}

export type Try = {
  recipients: Recipients;
  known: Delivery | null;
  /** How many tries there were, with this one. */
  attempts: number;
  /** What the server said of each; whoever is not named met with `rest`. */
  answers: Answer[];
  rest: { state: Recipient['state']; why: Reason; said?: string };
  /** Seconds the server wants us to wait. */
  wait: number;
};

/** One more try, written down. After the last one, what was still put off is refused. Null when there is nothing to tell: all were taken at once. */
export function afterTry(t: Try): { delivery: Delivery | null; wait: number; fresh: Recipient[] } {
  const at = new Date(clock()).toISOString();
  const tried = new Set(waiting(t.recipients, t.known).map(plainAddress));
  const answers = new Map(t.answers.map((a) => [plainAddress(a.address), a]));
  const wait = TRIES[t.attempts - 1];
  const one = (address: string): Recipient => {
    const met = answers.get(plainAddress(address)) ?? t.rest;
    const gone = met.state === 'deferred' && wait === undefined;
    return {
      address,
      state: gone ? 'refused' : met.state,
      ...worded(gone ? { code: 'given-up', values: { n: t.attempts, why: met.why } } : met.why),
      said: met.said ?? '',
      at,
    };
  };
  const before = t.known?.recipients.length
    ? t.known.recipients
    : everyone(t.recipients).map((address): Recipient => ({ address, state: 'pending', text: '', said: '', at }));
  const recipients = before.map((r) => (tried.has(plainAddress(r.address)) ? one(r.address) : r));
  const state = wholeState(recipients);
  const seconds = Math.max(t.wait, wait ?? 0);
  if (state === 'sent' && !t.known && t.rest.why.code === 'taken') return { delivery: null, wait: 0, fresh: [] };
  const summary = recipients.find((r) => tried.has(plainAddress(r.address)) && r.state !== 'accepted');
  return {
    delivery: {
      recipients,
      tries: [
        ...(t.known?.tries ?? []),
        summary ? { at, text: summary.text.slice(0, 500), why: summary.why } : { at, ...worded(t.rest.why) },
      ].slice(-40),
      next: state === 'deferred' ? schedule(t.attempts, seconds) : [],
    },
    wait: seconds,
    fresh: recipients.filter((r) => tried.has(plainAddress(r.address)) && r.state === 'refused'),
  };
}

/** When it is tried again, and after that, and at last. */
export function schedule(attempts: number, first: number): string[] {
  let at = clock() + first * 1000;
  return [
    new Date(at).toISOString(),
    ...TRIES.slice(attempts).map((seconds) => {
      at += seconds * 1000;
      return new Date(at).toISOString();
    }),
  ];
}

/** Why it did not reach anyone, where that is one and the same for all. */
export const whyOfAll = (list: Recipient[]): Recipient['why'] => {
  const [first] = list;
  return list.every((r) => r.text === first?.text) ? first?.why : undefined;
};

/** In one line: what is wrong with whom. */
export const troubleIn = (list: Recipient[]): string => {
  const bad = list.filter((r) => !['accepted', 'delivered', 'pending'].includes(r.state));
  const texts = new Set(bad.map((r) => r.text));
  if (texts.size === 1 && bad.length === list.length) return bad[0]?.text ?? '';
  return bad.map((r) => `${r.address}: ${r.text}`).join(' · ');
};
