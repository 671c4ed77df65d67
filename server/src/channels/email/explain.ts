import type { Reason, ReasonCode } from '@hearten/contract';
import { textOf } from '../../base/errors.ts';
import { reasonIn } from '../../base/reasons.ts';

type Wire = {
  code?: unknown;
  originalCode?: unknown;
  cause?: unknown;
  authenticationFailed?: unknown;
  responseText?: unknown;
  response?: unknown;
  responseCode?: unknown;
};
export type Trouble = { step: 'host' | 'port' | 'tls' | 'password' | 'folder' | 'talk'; text: string; why: Reason };
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
  const { host, port, by = '', what } = where;
  const heard: string | Reason = said ? { code: 'heard', values: { said } } : '';
  const trouble = (step: Trouble['step'], code: ReasonCode, more: Reason['values'] = {}): Trouble => {
    const why = { code, values: { host, ...more } };
    return { step, text: reasonIn(why, 'en'), why };
  };

  // It was not refused: it does not ask. Servers for one's own network often are like that.
  if (what === 'SMTP' && is('EAUTH') && [500, 502, 503].includes(Number(wire.responseCode)))
    return trouble('password', 'no-sign-in', { port, heard });
  if (by && (wire.authenticationFailed || is('EAUTH', 'AUTHENTICATIONFAILED')))
    return trouble('password', 'not-opened', { by, heard, protocol: what });
  if (wire.authenticationFailed || is('EAUTH', 'AUTHENTICATIONFAILED'))
    return trouble('password', 'wrong-password', { heard });
  if (is('ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'EAI_NODATA')) return trouble('host', 'no-host');
  if (is('ECONNREFUSED')) return trouble('port', 'nothing-at-port', { port, ...usual[what] });
  if (is('EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN')) return trouble('host', 'not-reached');
  const cert = codes.find((code) => certificate.test(code));
  if (cert || /certificate|altnames/i.test(text))
    return trouble(
      'tls',
      /ALTNAME|HOSTNAME/.test(cert ?? text)
        ? 'certificate-name'
        : /EXPIRED/.test(cert ?? '')
          ? 'certificate-expired'
          : /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO/.test(cert ?? '')
            ? 'certificate-unsigned'
            : 'certificate-invalid',
    );
  if (is('CONNECT_TIMEOUT', 'ETIMEDOUT', 'ETIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ESOCKETTIMEDOUT'))
    return trouble('port', where.security === 'tls' ? 'no-answer-tls' : 'no-answer', { port });
  if (is('ETLS', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER') || /wrong version number|ssl|tls/i.test(text))
    return trouble('tls', where.security === 'tls' ? 'no-tls' : 'no-starttls', { port });
  if (is('ECONNRESET', 'EPIPE', 'EConnectionClosed', 'NoConnection', 'ECONNECTION'))
    return trouble('talk', 'closed', { port, heard });
  if (said) return trouble('talk', 'unexpected', { port, said });
  return text
    ? trouble('talk', 'error-of', { port, error: text.slice(0, 300) })
    : trouble('talk', 'unexpected-silent', { port });
}
