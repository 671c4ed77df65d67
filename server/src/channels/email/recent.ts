import { NotFound } from '../../base/errors.ts';
import type { Attachment } from './parse/index.ts';
import { read } from './read.ts';

const MOST = 5_000; // attachments, some hundred bytes each: where they lie in their mails, never what they hold

/**
 * Where the attachments of recent mails lie, so that a mail of many pictures is parsed once, also when all of them are asked for at the
 * same moment. What was asked for last stays longest.
 */
export function recent(
  parse: typeof read = read,
  most = MOST,
): (key: string, raw: Buffer) => Promise<readonly Attachment[]> {
  const known = new Map<string, { found: Promise<readonly Attachment[]>; count: number }>();
  return (key, raw) => {
    const before = known.get(key);
    if (before) {
      known.delete(key);
      known.set(key, before);
      return before.found;
    }
    const entry = { found: parsed(parse, raw), count: 1 };
    known.set(key, entry);
    entry.found.then(
      (all) => {
        entry.count += all.length;
        let sum = 0;
        for (const { count } of known.values()) sum += count;
        for (const [oldest, { count }] of known) {
          if (sum <= most) break;
          known.delete(oldest);
          sum -= count;
        }
      },
      () => known.delete(key), // whoever asked is told; the next one tries again
    );
    return entry.found;
  };
}

async function parsed(parse: typeof read, raw: Buffer): Promise<readonly Attachment[]> {
  const [one] = await parse([raw]);
  if (!one || !('mail' in one))
    throw NotFound('This mail can not be read, so its files can not be taken out. Its raw file is there.');
  return one.mail.attachments;
}
