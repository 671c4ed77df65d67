import { textOf } from '../../base/errors.ts';

type Wire = {
  code?: unknown;
  originalCode?: unknown;
  cause?: unknown;
  authenticationFailed?: unknown;
  responseText?: unknown;
  response?: unknown;
  responseCode?: unknown;
};
export type Trouble = { step: 'host' | 'port' | 'tls' | 'password' | 'folder' | 'talk'; text: string };
type Where = { host: string; port: number; security: 'tls' | 'starttls' | 'none'; what: 'IMAP' | 'SMTP'; by?: string };

const certificate = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;
const usual = { IMAP: { tls: 993, starttls: 143 }, SMTP: { tls: 465, starttls: 587 } } as const;

/** What is wrong with a mail server, and what to do, in words for the person who typed its settings. */
export function explain(error: unknown, where: Where): Trouble {
  const wire = (error ?? {}) as Wire;
  const codes = [wire.originalCode, wire.code, (wire.cause as Wire | undefined)?.code].map(String);
  const is = (...wanted: string[]): boolean => codes.some((code) => wanted.includes(code));
  const text = textOf(error);
  const said = [wire.responseText, wire.response]
    .find((s): s is string => typeof s === 'string' && s !== '')
    ?.slice(0, 300);
  const at = `${where.host}, port ${where.port}`;

  // It was not refused: it does not ask. Servers for one's own network often are like that.
  if (where.what === 'SMTP' && is('EAUTH') && [500, 502, 503].includes(Number(wire.responseCode)))
    return {
      step: 'password',
      text: `${where.host} takes no user name and password on port ${where.port}${said ? ` (it said: ${said})` : ''}. Leave both empty for sending, or use the port and security it signs in with.`,
    };
  if (where.by && (wire.authenticationFailed || is('EAUTH', 'AUTHENTICATIONFAILED')))
    return {
      step: 'password',
      text: `${where.by} signed us in, but ${where.host} does not open this mailbox${said ? ` (it said: ${said})` : ''}. Check that ${where.what} is allowed for it and that the account may use it; if that is so, sign in again.`,
    };
  if (wire.authenticationFailed || is('EAUTH', 'AUTHENTICATIONFAILED'))
    return {
      step: 'password',
      text: `${where.host} refused the user name or password${said ? ` (it said: ${said})` : ''}. Check both; many providers want an app password here instead of the usual one.`,
    };
  if (is('ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'EAI_NODATA'))
    return { step: 'host', text: `There is no server named ${where.host}. Check the spelling, or this machine's DNS.` };
  if (is('ECONNREFUSED'))
    return {
      step: 'port',
      text: `${where.host} is there, but nothing answers on port ${where.port}. The usual ports are ${usual[where.what].tls} (TLS) and ${usual[where.what].starttls} (STARTTLS).`,
    };
  if (is('EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'))
    return {
      step: 'host',
      text: `${where.host} can't be reached from this machine. A firewall or the network may be in the way.`,
    };
  const cert = codes.find((code) => certificate.test(code));
  if (cert || /certificate|altnames/i.test(text)) {
    const why = /ALTNAME|HOSTNAME/.test(cert ?? text)
      ? 'is for another name'
      : /EXPIRED/.test(cert ?? '')
        ? 'has expired'
        : /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO/.test(cert ?? '')
          ? 'is not signed by an authority this machine knows'
          : 'is not valid';
    return {
      step: 'tls',
      text: `The certificate of ${where.host} ${why}, so the password was not sent. Use the server's exact name, or have its certificate put right.`,
    };
  }
  if (is('CONNECT_TIMEOUT', 'ETIMEDOUT', 'ETIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ESOCKETTIMEDOUT'))
    return {
      step: 'port',
      text: `${at} does not answer in time. Check the port${where.security === 'tls' ? ' (TLS from the start is usually on another port than STARTTLS)' : ''}; a firewall may be in the way.`,
    };
  if (is('ETLS', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER') || /wrong version number|ssl|tls/i.test(text))
    return {
      step: 'tls',
      text: `${at} does not speak ${where.security === 'tls' ? 'TLS from the start; try STARTTLS, or the port for TLS' : 'STARTTLS; try TLS, or the port for STARTTLS'}.`,
    };
  if (is('ECONNRESET', 'EPIPE', 'EConnectionClosed', 'NoConnection', 'ECONNECTION'))
    return { step: 'talk', text: `${at} closed the connection${said ? ` (it said: ${said})` : ''}.` };
  return {
    step: 'talk',
    text: `${at} answered something unexpected${said ? `: ${said}` : text ? ` (${text.slice(0, 300)})` : ''}.`,
  };
}
