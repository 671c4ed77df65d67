import { makeDns } from '../../../base/dns.ts';
import { textOf } from '../../../base/errors.ts';
import { isPublic } from '../../../base/outbound.ts';
import type { Verdict } from '../../../conversations/index.ts';
import type { Raw } from '../incoming.ts';
import type { Room } from '../room.ts';
import { remembering } from './resolver.ts';
import { trustedHosts } from './trusted.ts';
import { unchecked } from './verdict.ts';
import { begin, type Way } from './verify.ts';

const LONGEST = 15_000; // ms for all questions about one mail

export type Check = (workspaceId: string, raws: readonly Raw[]) => Promise<(raw: Raw, from: string) => Verdict>;
const checks = new WeakMap<object, ReturnType<typeof checker>>();

/** One for each process: what DNS said is remembered for all of its mail. */
export function checkerOf(room: Room): ReturnType<typeof checker> {
  const before = checks.get(room.db);
  if (before) return before;
  const made = checker(room);
  checks.set(room.db, made);
  return made;
}

function checker(room: Room) {
  const dns = remembering(makeDns(room.config.DNS_SERVERS));

  /** Begins for a whole batch, and waits for no answer: what is known when the mails are stored and read is used, the rest is `checking`. */
  const atOnce: Check = async (workspaceId, raws) => {
    const known = new Map<string, Verdict>();
    for (const raw of raws) {
      const trusted = await trustedFor(room, workspaceId, raw);
      const begun = begin(
        raw.bytes,
        wayOf(raw),
        trusted,
        raw.stub === null && !raw.historic && raw.source !== 'practice' && raw.source !== 'form',
      );
      if ('verdict' in begun) known.set(raw.id, begun.verdict);
      else
        within(begun.ask(dns)).then(
          (verdict) => known.set(raw.id, verdict),
          (error) => room.log.debug('A sender could not be checked at once', { error: textOf(error) }),
        );
    }
    return (raw, from) => {
      const verdict = known.get(raw.id);
      if (!verdict) return { ...unchecked(from), checking: true };
      const open = unchecked(from);
      // Read here from the header alone; should the reader of mails take another for the sender, nothing is known of that one.
      return verdict.domain === open.domain ? verdict : open;
    };
  };
  /** Asks whatever has to be asked. Nobody to be asked is no failure: the verdict is then unknown. */
  const asking = async (workspaceId: string, raw: Raw, from: string): Promise<Verdict> => {
    const begun = begin(raw.bytes, wayOf(raw), await trustedFor(room, workspaceId, raw));
    if ('verdict' in begun) return begun.verdict;
    try {
      return await within(begun.ask(dns));
    } catch (error) {
      room.log.warn('A sender could not be checked', { error: textOf(error), mailId: raw.id });
      return { ...unchecked(from), dkim: 'temperror' };
    }
  };
  return { atOnce, asking };
}

const PROVIDERS: ReadonlySet<Raw['source']> = new Set(['mailgun', 'postmark', 'sendgrid', 'ses']);
/**
 * What a host wrote into a mail is its word only where the mail can have come no other way: from the mailbox, or from a server of one's
 * own. A stranger who delivers to us, or to a provider, writes the same line himself.
 */
const trustedFor = (room: Room, workspaceId: string, { inboxId, source, envelope }: Raw): Promise<string[]> =>
  PROVIDERS.has(source) || envelope.direct ? Promise.resolve([]) : trustedHosts(room, workspaceId, inboxId);

/** A server next to us only hands on what it was given; where that came from it may say itself (XFORWARD). */
function wayOf({ envelope }: Raw): Way {
  const { ip, helo, from } = envelope;
  return ip !== undefined && isPublic(ip) ? { ip, ...(helo ? { helo } : {}), ...(from ? { from } : {}) } : {};
}

function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${LONGEST / 1000} seconds`)), LONGEST);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
