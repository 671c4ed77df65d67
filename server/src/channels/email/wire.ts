import { Readable } from 'node:stream';
import SMTPConnection, { type AuthenticationType, type SentMessageInfo } from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import type { Proof } from './sign-in/proof.ts';

export type SmtpPlace = { host: string; port: number; security: 'tls' | 'starttls' | 'none'; user: string };
export type Wire = {
  connection: SMTPConnection;
  open: () => boolean;
  close: () => void;
  /** Ends it in the middle of whatever it does; who waits is told. */
  drop: () => void;
  dropped: Promise<never>;
};

const CONNECT = 15_000;
const SILENCE = 60_000;
/** However lively a server looks, it gets no more: an answer that comes a letter a second is never silent. */
const OPENED = 45_000;
const SENT = 600_000;

/** Ends the work with the connection when it takes too long; nodemailer knows silence only. */
async function within<T>(most: number, connection: SMTPConnection, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(outOfTime(`The mail server was still not done after ${most / 1000} seconds.`));
    connection.close();
  }, most);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const outOfTime = (text: string): Error => Object.assign(new Error(text), { code: 'ETIMEDOUT' });

/** A connection to a mail server that takes our mail, signed in. */
export async function openWire(place: SmtpPlace, proof: Proof | undefined, name: string): Promise<Wire> {
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
  await within(
    OPENED,
    connection,
    signIn(connection, place, proof, () => (open = false)),
  );
  const dropped = Promise.withResolvers<never>();
  dropped.promise.catch(() => undefined); // nobody may be waiting
  return {
    connection,
    open: () => open && !connection.destroyed,
    close: () => connection.quit(),
    drop: () => {
      dropped.reject(outOfTime('This program was stopped before the mail server was done.'));
      connection.close();
    },
    dropped: dropped.promise,
  };
}

async function signIn(
  connection: SMTPConnection,
  place: SmtpPlace,
  proof: Proof | undefined,
  over: () => void,
): Promise<void> {
  await new Promise<void>((done, failed) => {
    connection.once('error', failed);
    connection.connect((error) => (error ? failed(error) : done()));
  });
  // From here each command is told its own failure; the event only says that the connection is over.
  connection.removeAllListeners('error');
  connection.on('error', over);
  if (place.user && proof !== undefined)
    await new Promise<void>((done, failed) =>
      connection.login(loginOf(place.user, proof), (error) => (error ? failed(error) : done())),
    ).catch((error) => {
      connection.close();
      throw error;
    });
}

const loginOf = (user: string, proof: Proof): AuthenticationType =>
  typeof proof === 'object'
    ? { type: 'oauth2', user, oauth2: new XOAuth2({ user, accessToken: proof.token }) }
    : { user, pass: proof };

/** Thrown by `sendOver`; `dotted` tells that the whole message may have been handed over. */
export type SendTrouble = Error & {
  dotted: boolean;
  responseCode?: number;
  command?: string;
  code?: string;
  response?: string;
  rejectedErrors?: { recipient?: string; response?: string; responseCode?: number }[];
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
  const sent = new Promise<SentMessageInfo>((done, failed) => {
    wire.connection.send(
      { ...envelope, size: bytes.length },
      Readable.from(chunks(), { objectMode: false }),
      (error, info) => {
        if (error || !info) failed(Object.assign(error ?? new Error('No answer'), { dotted }));
        else done(info);
      },
    );
  });
  return within(SENT, wire.connection, Promise.race([sent, wire.dropped])).catch((error) => {
    throw Object.assign(error, { dotted });
  });
}
