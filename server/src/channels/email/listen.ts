import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server';
import { clock } from '../../base/clock.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { textOf } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { isPublic } from '../../base/outbound.ts';
import { lower, withoutPlus } from './address.ts';
import { collector } from './collect.ts';
import type { Raw } from './incoming.ts';
import type { Room } from './room.ts';
import { headOf, stubText } from './stub.ts';

type Home = { workspaceId: string; inboxId: string };
type Answer = Error & { responseCode: number };
const answer = (responseCode: number, text: string): Answer => Object.assign(new Error(text), { responseCode });
const KNOWN_FOR = 5_000; // ms an address is remembered
const UNKNOWN_FOR = 1_000;
const IN_HAND = 256 * 1024 * 1024; // bytes of mail held in memory at most; above, senders are asked to come again

/** Whose an address is, an inbox's own or one with something after a plus. */
function homesOf(room: Room): (address: string) => Promise<Home[]> {
  const known = new Map<string, { homes: Promise<Home[]>; until: number }>();
  const ask = async (address: string): Promise<Home[]> => {
    const rows = await room.db.read<{ workspace_id: string; inbox_id: string; address: string }>(
      NOWHERE,
      sql`select * from inboxes_for(${[...new Set([address, withoutPlus(address)])]}::text[])`,
    );
    const exact = rows.filter((row) => row.address === address);
    return (exact.length > 0 ? exact : rows).map((row) => ({ workspaceId: row.workspace_id, inboxId: row.inbox_id }));
  };
  return (address) => {
    const now = clock();
    const before = known.get(address);
    if (before && before.until > now) return before.homes;
    if (known.size > 5_000) known.clear();
    const homes = ask(address);
    known.set(address, { homes, until: now + KNOWN_FOR });
    // A new inbox is known within a second; a flood of guesses costs a look at the database each second at most.
    homes.then(
      (found) => {
        if (found.length === 0) known.set(address, { homes, until: clock() + UNKNOWN_FOR });
      },
      () => known.delete(address),
    );
    return homes;
  };
}

/** Who brought it. A mail server next to us only hands it on, and may say who brought it there (XFORWARD, as Postfix does). */
function wayOf(session: SMTPServerSession): { ip: string; helo: string; direct?: true } {
  const direct = isPublic(session.remoteAddress);
  const told = direct ? undefined : session.xForward;
  const ip = String(told?.get('ADDR') || session.remoteAddress).replace(/^ipv6:/i, '');
  const helo = String(told?.get('ADDR') ? (told.get('HELO') ?? '') : (session.hostNameAppearsAs ?? ''));
  return { ip, helo, ...(direct ? { direct } : {}) };
}

/** Takes mail from a mail server that delivers to us. 250 is said only after the commit; until then the sender keeps it. */
export async function listen(room: Room, where: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const collect = collector(room);
  const homes = homesOf(room);
  const most = room.config.MAX_MAIL_MB * 1024 * 1024;
  let inHand = 0;

  const take = async (bytes: Buffer, size: number, session: SMTPServerSession): Promise<void> => {
    const { mailFrom, rcptTo } = session.envelope;
    const found = new Map<string, Home>();
    for (const to of rcptTo) for (const home of await homes(lower(to.address))) found.set(home.inboxId, home);
    if (found.size === 0) throw answer(550, '5.1.1 No such inbox here');
    const tooLarge = size > most;
    await Promise.all(
      [...found.values()].map((home) => {
        const raw: Raw = {
          id: newId(),
          inboxId: home.inboxId,
          source: 'smtp',
          bytes: tooLarge ? headOf(bytes) : bytes,
          size,
          receivedAt: new Date(clock()).toISOString(),
          historic: false,
          folder: '',
          uidvalidity: null,
          uid: null,
          envelope: { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((to) => to.address), ...wayOf(session) },
          stub: tooLarge
            ? stubText(size, room.config.MAX_MAIL_MB, 'The sender was told that it did not get through.')
            : null,
        };
        return collect(home.workspaceId, raw);
      }),
    );
    if (tooLarge)
      throw answer(552, `5.3.4 This mail is larger than the ${room.config.MAX_MAIL_MB} MB that are taken here`);
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    useXForward: true,
    logger: false,
    banner: 'Hearten',
    maxClients: 200,
    socketTimeout: 60_000,
    closeTimeout: 5_000,
    onRcptTo: (address: SMTPServerAddress, _session, done) => {
      homes(lower(address.address)).then(
        (found) => done(found.length > 0 ? null : answer(550, '5.1.1 No such inbox here')),
        (error) => {
          room.log.warn('An address could not be looked up; the sender will try again', { error: textOf(error) });
          done(answer(451, '4.3.0 Not possible right now, please try again'));
        },
      );
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let kept = 0;
      let over = false;
      let whole = false;
      const letGo = (): void => {
        inHand -= kept;
        kept = 0;
      };
      // The sender went away in the middle: it never heard 250, so the mail is still theirs.
      stream.on('close', () => {
        if (!whole) letGo();
      });
      stream.on('error', (error) => room.log.debug('A mail broke off', { error: textOf(error) }));
      stream.on('data', (chunk: Buffer) => {
        // Beyond the limit nothing more is kept; the beginning holds the headers for the stub.
        const wanted = chunk.subarray(0, Math.max(0, most + 1 - size));
        size += chunk.length;
        if (inHand + wanted.length > IN_HAND) over = true;
        if (over || wanted.length === 0) return;
        inHand += wanted.length;
        kept += wanted.length;
        chunks.push(wanted);
      });
      stream.on('end', () => {
        whole = true;
        if (over) {
          letGo();
          return done(answer(451, '4.3.1 Too much mail at this moment, please try again'));
        }
        take(Buffer.concat(chunks), size, session)
          .then(
            () => done(null, '2.0.0 Kept'),
            (error) => {
              if ((error as Partial<Answer>).responseCode) return done(error);
              room.log.error('A mail could not be stored; the sender keeps it and tries again', { error });
              done(answer(451, '4.3.0 Could not be stored right now, please try again'));
            },
          )
          .finally(letGo);
      });
    },
  });
  server.on('error', (error) => room.log.debug('A mail connection broke', { error: textOf(error) }));
  const colon = where.lastIndexOf(':');
  await new Promise<void>((open, failed) => {
    server.server.once('error', failed);
    server.listen(Number(where.slice(colon + 1)), colon > 0 ? where.slice(0, colon) : '127.0.0.1', () => open());
  }).catch((error) => {
    const taken = (error as { code?: string }).code === 'EADDRINUSE';
    throw new Error(
      `Mail can't be listened for on ${where}${taken ? ': another program has that port' : ` (${textOf(error)})`}. Nothing was changed; choose another SMTP_LISTEN, or leave it out.`,
    );
  });
  const { port } = server.server.address() as AddressInfo;
  room.log.info('Listening for mail', { port });
  return { port, stop: () => new Promise((closed) => server.close(() => closed())) };
}
