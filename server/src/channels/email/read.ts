import { textOf } from '../../base/errors.ts';
import { type ParsedMail, parse, Unreadable } from './parse/index.ts';

export type Read = { mail: ParsedMail } | { unreadable: string };

/** Bytes → what they say, each for itself: one bad mail never spoils its neighbours. */
export async function read(all: Buffer[]): Promise<Read[]> {
  return all.map((bytes) => {
    try {
      return { mail: parse(bytes) };
    } catch (error) {
      return { unreadable: error instanceof Unreadable ? error.message : `It could not be read (${textOf(error)}).` };
    }
  });
}
