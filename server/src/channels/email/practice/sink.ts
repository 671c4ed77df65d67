import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { sql } from '../../../base/db.ts';
import { textOf } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import { reasonIn } from '../../../base/reasons.ts';
import { lower } from '../address.ts';
import { type ParsedMail, partContent } from '../parse/index.ts';
import { read } from '../read.ts';
import type { Room } from '../room.ts';
import type { SmtpPlace } from '../wire.ts';

const MOST = 25 * 1024 * 1024;
const PICTURES = 2 * 1024 * 1024;
const LOOK = 4 * 1024 * 1024;

/**
 * The one place where practice mail lives: a domain below `.invalid`, which no name server knows and never will (RFC 6761). One for each
 * workspace, so that what comes back is never another's.
 */
export const practiceDomain = (workspaceId: string): string => `practice-${workspaceId.slice(-12)}.invalid`;
/** Where one writes to, and who one is, as one's own customer. */
export const deskAddress = (workspaceId: string): string => `support@${practiceDomain(workspaceId)}`;
export const customerAddress = (workspaceId: string): string => `you@${practiceDomain(workspaceId)}`;
/** Whether an address is at such a place. */
export const isPractice = (address: string): boolean => /@practice-[0-9a-f]{12}\.invalid$/i.test(address.trim());

/**
 * A mail server that ends here: it listens on this machine alone, from the first practice answer on, takes mail for the customer one
 * plays and for nobody else, and keeps it where that screen shows it. So an answer is written, handed over and taken as every other,
 * and leaves the machine by no way.
 */
export function practiceSink(room: Room): { at: (workspaceId: string) => Promise<SmtpPlace>; stop: () => void } {
  const homes = new Map<string, string>();
  let opening: Promise<{ port: number; server: SMTPServer }> | null = null;

  const keep = async (workspaceId: string, bytes: Buffer): Promise<void> => {
    const [one] = await read([bytes]);
    if (!one || !('mail' in one)) throw new Error(reasonIn(one?.unreadable ?? { code: 'unreadable' }, 'en'));
    const { mail } = one;
    await room.db.tx(workspaceId, (tx) =>
      tx.run(sql`
        insert into practice_mail (workspace_id, id, external_id, subject, sender, text, html)
        values (${workspaceId}, ${newId()}, ${mail.messageId ?? ''}, ${mail.subject.slice(0, 998)}, ${(mail.from?.name || mail.from?.address || '').slice(0, 200)}, ${mail.text.slice(0, 100_000).replaceAll('\0', '')}, ${lookOf(mail, bytes)})`),
    );
  };

  /** Its pictures stand in it: there is no message here that they could be taken from. */
  const lookOf = ({ html, attachments }: ParsedMail, bytes: Buffer): string | null => {
    let left = PICTURES;
    const looks = html?.replaceAll('\0', '').replace(/\bcid:([^"'\s)>&]+)/gi, (all, name: string) => {
      const file = attachments.find(
        (one) => one.contentId === name && /^image\/(png|jpeg|gif|webp)$/.test(one.contentType),
      );
      if (!file || file.size > left) return all;
      left -= file.size;
      return `data:${file.contentType};base64,${partContent(bytes, file).toString('base64')}`;
    });
    return looks && looks.length < LOOK ? looks : null;
  };

  const open = (): Promise<{ port: number; server: SMTPServer }> =>
    new Promise((opened, failed) => {
      const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['AUTH', 'STARTTLS'],
        disableReverseLookup: true,
        logger: false,
        size: MOST,
        closeTimeout: 1_000,
        onRcptTo: (address, _session, done) =>
          homes.has(lower(address.address))
            ? done()
            : done(Object.assign(new Error('5.1.1 Only the customer you play is here'), { responseCode: 550 })),
        onData: (stream, session, done) => {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('error', (error) => done(error));
          stream.on('end', () => {
            const whose = session.envelope.rcptTo.flatMap((to) => homes.get(lower(to.address)) ?? []);
            Promise.all([...new Set(whose)].map((workspaceId) => keep(workspaceId, Buffer.concat(chunks)))).then(
              () => done(null, '2.0.0 It is on the left'),
              (error) => {
                room.log.error('A practice mail could not be kept', { error: textOf(error) });
                done(Object.assign(new Error('4.3.0 Could not be kept'), { responseCode: 451 }));
              },
            );
          });
        },
      });
      server.on('error', (error) => room.log.debug('A practice connection broke', { error: textOf(error) }));
      server.server.once('error', failed);
      server.listen(0, '127.0.0.1', () => {
        server.server.unref();
        opened({ port: (server.server.address() as AddressInfo).port, server });
      });
    });

  return {
    at: async (workspaceId) => {
      homes.set(customerAddress(workspaceId), workspaceId);
      opening ??= open().catch((error) => {
        opening = null;
        throw error;
      });
      const { port } = await opening;
      return { host: '127.0.0.1', port, security: 'none', user: '' };
    },
    stop: () => {
      opening?.then(
        ({ server }) => server.close(),
        (error) => room.log.debug('The practice server had not opened', { error: textOf(error) }),
      );
    },
  };
}
