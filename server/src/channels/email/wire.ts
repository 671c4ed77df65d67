import { Readable } from 'node:stream';
import SMTPConnection, { type SentMessageInfo } from 'nodemailer/lib/smtp-connection';

export type SmtpPlace = { host: string; port: number; security: 'tls' | 'starttls' | 'none'; user: string };
export type Wire = { connection: SMTPConnection; open: () => boolean; close: () => void };

const CONNECT = 15_000;
const SILENCE = 60_000;

/** A connection to a mail server that takes our mail, signed in. */
export async function openWire(place: SmtpPlace, password: string | undefined, name: string): Promise<Wire> {
  const connection = new SMTPConnection({
    host: place.host,
    port: place.port,
    secure: place.security === 'tls',
    requireTLS: place.security === 'starttls',
    ignoreTLS: place.security === 'none',
    name,
    connectionTimeout: CONNECT,
    greetingTimeout: CONNECT,
    dnsTimeout: CONNECT,
    socketTimeout: SILENCE,
    logger: false,
  });
  let open = true;
  connection.once('end', () => {
    open = false;
  });
  await new Promise<void>((done, failed) => {
    connection.once('error', failed);
    connection.connect((error) => (error ? failed(error) : done()));
  });
  // From here each command is told its own failure; the event only says that the connection is over.
  connection.removeAllListeners('error');
  connection.on('error', () => {
    open = false;
  });
  if (place.user && password !== undefined)
    await new Promise<void>((done, failed) =>
      connection.login({ user: place.user, pass: password }, (error) => (error ? failed(error) : done())),
    ).catch((error) => {
      connection.close();
      throw error;
    });
  return { connection, open: () => open && !connection.destroyed, close: () => connection.quit() };
}

/** Thrown by `sendOver`; `dotted` tells that the whole message may have been handed over. */
export type SendTrouble = Error & {
  dotted: boolean;
  responseCode?: number;
  command?: string;
  code?: string;
  response?: string;
  rejectedErrors?: { responseCode?: number }[];
};

/** One message over an open connection. */
export function sendOver(
  wire: Wire,
  envelope: { from: string; to: string[] },
  bytes: Buffer,
): Promise<SentMessageInfo> {
  let dotted = false;
  const chunks = function* (): Generator<Buffer> {
    for (let i = 0; i < bytes.length; i += 65_536) yield bytes.subarray(i, i + 65_536);
    dotted = true; // asked for more than there is: what follows is the final dot
  };
  return new Promise((done, failed) => {
    wire.connection.send(
      { ...envelope, size: bytes.length },
      Readable.from(chunks(), { objectMode: false }),
      (error, info) => {
        if (error || !info) failed(Object.assign(error ?? new Error('No answer'), { dotted }));
        else done(info);
      },
    );
  });
}
