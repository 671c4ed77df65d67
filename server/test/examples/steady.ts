import type { Example } from './record.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2027-03-01T09:00:00.000Z');
// The year of the instants that the story itself names, which stand as they are: which day of one's own they are
// nearest to would change with the hour at which one asks.
const NAMED = '2030-';
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g;
const MIDNIGHT = /^20(?!30)\d\d-\d\d-\d\dT\d\d:(?:00|30|45):00(?:\.000)?(?:Z|\+00:00)$/;
// Made anew each time, or secret: their kind is what one wants to see.
const made: Record<string, string> = {
  token: '…',
  csrf: '…',
  secret: 'JBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/…',
  link: 'https://desk.example/…',
  key: 'whsec_…',
  p256dh: `B${'A'.repeat(86)}`,
  auth: 'A'.repeat(22),
  next: 'MjAyNy0wMy0wMXw…',
  earlier: 'MjAyNy0wMy0wMXw…',
  publicKey: '…',
  applicationServerKey: 'BEl6…',
  agent: 'Firefox',
  ip: '203.0.113.7',
  'webhook-timestamp': '1772355600',
  'webhook-signature': 'v1,…',
  challenge: '…',
};

const open = { open: true, closesAt: '2027-03-01T17:00:00.000Z', opensAt: '2027-03-02T09:00:00.000Z', holiday: '' };

/** The same words each time: ids counted as they come, times by the day, what is made by chance left out, long things shortened. */
export function steady(): (example: Example) => Example {
  const ids = new Map<string, string>();
  const began = Date.now();
  const text = (value: string): string => {
    // Codes of a second factor; those of reasons are words.
    if (/^\d{6}$/.test(value)) return '123456';
    // The ids of passkeys and of those they are for.
    if (/^[\w-]{43,48}$/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)) return '…';
    const same = value
      .replace(uuid, (id) => {
        const known = ids.get(id) ?? `01900000-0000-7000-8000-${String(ids.size + 1).padStart(12, '0')}`;
        ids.set(id, known);
        return known;
      })
      .replace(time, (at) =>
        at.startsWith(NAMED) ? at : new Date(FIRST + Math.round((Date.parse(at) - began) / DAY) * DAY).toISOString(),
      )
      .replace(/\/\S*hearten-world-\w+/g, '/var/lib/hearten')
      .replace(/msg_[0-9a-f]{32}/g, 'msg_01900000000070008000000000000099')
      .replace(/practice-[0-9a-f]{12}/g, 'practice-0a1b2c3d4e5f')
      .replace(/hearten-[a-z0-9]{8}(?=$|\.)/g, 'hearten-abcd2345')
      .replace(/(hearten:|p=)[\w+/=-]{16,}/g, '$1…')
      .replace(/(\/no-more\/)[\w.-]+/g, '$1…')
      .replace(/(\/auth\?).*/, '$1…');
    return same.length > 400 ? `${same.slice(0, 400)}…` : same;
  };
  const value = (name: string, of: unknown): unknown => {
    // The Monday with which so many weeks begin: how many days ago it is depends on the day on which it is asked.
    if (name === 'from' && typeof of === 'string' && MIDNIGHT.test(of)) return '2026-12-07T00:00:00.000Z';
    if (typeof of === 'string')
      return of.startsWith('hk_') ? 'hk_…' : Object.hasOwn(made, name) ? made[name] : text(of);
    if (name === 'took' || name === 'ms') return 12;
    if (name === 'recovery') return ['k7f2-9qzd-…'];
    // Whether somebody is there depends on when it is asked.
    if (name === 'now' && of !== null && typeof of === 'object' && 'opensAt' in of) return open;
    if (Array.isArray(of)) return of.slice(0, 3).map((one) => value('', one));
    if (of !== null && typeof of === 'object')
      return Object.fromEntries(Object.entries(of).map(([key, inner]) => [text(key), value(key, inner)]));
    return of;
  };
  return (example) => value('', example) as Example;
}
