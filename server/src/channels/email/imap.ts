import type { MailSettings } from '@hearten/contract';
import { ImapFlow } from 'imapflow';
import type { Proof } from './sign-in/proof.ts';

export type ImapPlace = NonNullable<MailSettings['imap']>;
/** No answer for this long, while one is due, and the connection counts as dead. */
export const SILENCE = 45_000;

/** A connection to a mailbox's server, not yet opened. Where people say, also on this network: it is their mail server. */
export function imapClient(place: ImapPlace, address: string, proof: Proof | undefined, mostMegabytes = 200): ImapFlow {
  const client = new ImapFlow({
    host: place.host,
    port: place.port,
    secure: place.security === 'tls',
    doSTARTTLS: place.security === 'starttls' ? true : place.security === 'none' ? false : undefined,
    auth: {
      user: place.user || address,
      ...(typeof proof === 'object' ? { accessToken: proof.token } : { pass: proof ?? '' }),
    },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    clientInfo: { name: 'Hearten' },
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: SILENCE,
    // A server that announces one size and sends another must not fill the memory.
    maxLiteralSize: (mostMegabytes + 8) * 1024 * 1024,
    maxResponseSize: (mostMegabytes + 9) * 1024 * 1024,
  });
  // Every failure also rejects the command that waits for it; without a listener the event would end the process.
  client.on('error', () => client.close());
  return client;
}

/** Numbers, ascending, as IMAP writes many of them: 1:40,42 is shorter than to name each, for both sides. */
export function ranges(uids: number[]): string {
  const out: string[] = [];
  for (let i = 0; i < uids.length; ) {
    let j = i;
    while (uids[j + 1] === (uids[j] as number) + 1) j++;
    out.push(i === j ? String(uids[i]) : `${uids[i]}:${uids[j]}`);
    i = j + 1;
  }
  return out.join(',');
}
