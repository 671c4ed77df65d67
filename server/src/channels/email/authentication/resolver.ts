import { type Dns, isAbsent } from '../../../base/dns.ts';

const KEPT_FOR = 300_000; // ms; Node tells no lifetime of a TXT record, and keys and policies change slowly
const ABSENT_FOR = 60_000;
const TROUBLE_FOR = 1_000;
const MOST = 5_000;

type Known = { answer: Promise<unknown>; until: number };

/** Remembers what DNS said; the same question asked at the same time is asked once. The oldest answers make room. */
export function remembering(dns: Dns): Dns {
  const known = new Map<string, Known>();
  return ((name: string, type: string): Promise<unknown> => {
    const key = `${type} ${name.toLowerCase()}`;
    const before = known.get(key);
    if (before && before.until > Date.now()) return before.answer;
    known.delete(key);
    if (known.size >= MOST) known.delete(known.keys().next().value as string);
    const entry: Known = { answer: dns(name, type), until: Date.now() + KEPT_FOR };
    known.set(key, entry);
    entry.answer.catch((error) => {
      entry.until = Date.now() + (isAbsent(error) ? ABSENT_FOR : TROUBLE_FOR);
    });
    return entry.answer;
  }) as Dns;
}
