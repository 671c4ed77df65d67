import { clock } from '../../base/clock.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { textOf } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { lower, withoutPlus } from './address.ts';
import type { Raw } from './incoming.ts';
import type { Room } from './room.ts';
import { store } from './stored.ts';
import { headOf, stubText } from './stub.ts';

/** What mail servers understand (sysexits): 75 keeps the mail in their queue, 65 and 67 send it back. */
export type Exit = { code: 0 | 64 | 65 | 67 | 75; text: string };

/** `hearten pipe --inbox ADDRESS`: one raw mail on standard input becomes a mail of that inbox. 0 is said only when it is safely kept. */
export async function pipe(room: Room, address: string, input: AsyncIterable<Buffer | string>): Promise<Exit> {
  const most = room.config.MAX_MAIL_MB * 1024 * 1024;
  try {
    const wanted = lower(address);
    const homes = await room.db.read<{ workspace_id: string; inbox_id: string; address: string }>(
      NOWHERE,
      sql`select * from inboxes_for(${[wanted, withoutPlus(wanted)]}::text[])`,
    );
    const exact = homes.filter((home) => home.address === wanted);
    const found = exact.length > 0 ? exact : homes;
    if (found.length === 0) return { code: 67, text: `There is no inbox for ${address}.` };
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of input) {
      const bytes = Buffer.from(chunk);
      if (size < most) chunks.push(bytes.subarray(0, most - size));
      size += bytes.length;
    }
    if (size === 0) return { code: 65, text: 'There was no mail on standard input.' };
    const whole = Buffer.concat(chunks);
    // The line that mbox files put before a mail belongs to none.
    const bytes = whole.subarray(0, 5).toString('latin1') === 'From ' ? whole.subarray(whole.indexOf(10) + 1) : whole;
    const tooLarge = size > most;
    for (const home of found) {
      const raw: Raw = {
        id: newId(),
        inboxId: home.inbox_id,
        source: 'pipe',
        bytes: tooLarge ? headOf(bytes) : bytes,
        size,
        receivedAt: new Date(clock()).toISOString(),
        historic: false,
        folder: '',
        uidvalidity: null,
        uid: null,
        envelope: { to: [wanted] },
        stub: tooLarge
          ? stubText(size, room.config.MAX_MAIL_MB, 'The sender was told that it did not get through.')
          : null,
      };
      await store(room, home.workspace_id, raw);
    }
    return tooLarge
      ? { code: 65, text: `This mail is larger than the ${room.config.MAX_MAIL_MB} MB that are taken here.` }
      : { code: 0, text: '' };
  } catch (error) {
    return { code: 75, text: `The mail could not be kept right now, try again: ${textOf(error)}` };
  }
}
