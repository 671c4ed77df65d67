import type { Hearten } from '../base/module.ts';
import type { Outbound } from '../base/outbound.ts';
import { type Leased, PATIENCE } from './send.ts';
import { type Sealed, signed, unseal } from './sign.ts';

/** What one try came to; `error` is one of few words that the screens put into sentences, or what the library said. */
export type Tried = {
  at: Date;
  ms: number;
  status: number | null;
  error: string;
  request: Record<string, string>;
  headers: Record<string, string>;
  answer: string;
  retryAfter?: string | undefined;
};

/** Of what is answered, so much is kept. */
const KEPT = 1024;

/** Posts one delivery, signed for this moment. Never throws: whatever happens is an outcome. */
export async function post(
  { seal }: Pick<Hearten, 'seal'>,
  outbound: Outbound,
  workspaceId: string,
  mine: Pick<Leased, 'webhook_id' | 'message_id' | 'body' | 'address' | 'sealed' | 'former'>,
  signal?: AbortSignal,
): Promise<Tried> {
  const at = new Date();
  const opened: Sealed = unseal(seal, workspaceId, mine.webhook_id, mine.sealed);
  const secrets = [opened.secret, ...(mine.former && opened.former ? [opened.former] : [])];
  const own = { 'content-type': 'application/json', 'user-agent': 'Hearten-Webhooks/1' };
  const ours = { ...own, ...signed(secrets, mine.message_id, mine.body, at) };
  // Whatever a gate in front of the receiver wants to see is its secret: only that it was there is kept.
  const shown = { ...Object.fromEntries(Object.keys(opened.headers).map((name) => [name, '•••'])), ...ours };
  const began = performance.now();
  const tried = (rest: Pick<Tried, 'status' | 'error'> & Partial<Tried>): Tried => ({
    at,
    ms: Math.round(performance.now() - began),
    request: shown,
    headers: {},
    answer: '',
    ...rest,
  });
  try {
    const reply = await outbound(mine.address, {
      method: 'POST',
      headers: { ...opened.headers, ...ours },
      body: Buffer.from(mine.body),
      maxBytes: KEPT,
      timeout: PATIENCE,
      redirects: 'answer',
      beginning: true,
      ...(signal ? { signal } : {}),
    });
    return tried({
      status: reply.status,
      error: '',
      headers: Object.fromEntries(
        Object.entries(reply.headers).map(([name, value]) => [
          name,
          clean([value ?? ''].flat().join(', ')).slice(0, 500),
        ]),
      ),
      answer: clean(reply.body.toString('utf8')),
      retryAfter: reply.headers['retry-after'],
    });
  } catch (error) {
    return tried({ status: null, error: why(error) });
  }
}

/** Postgres keeps no NUL. */
const clean = (text: string): string => text.replaceAll('\0', '\uFFFD');

/** Why nothing came back, in one word where there is one. */
function why(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { code, name, message } = cause as { code?: unknown; name?: unknown; message?: unknown };
  const type = (error as { detail?: { type?: unknown } }).detail?.type;
  const said = String(code ?? name ?? '');
  if (/TimeoutError|ETIMEDOUT|ABORT/i.test(said)) return 'timeout';
  if (/ENOTFOUND|ENODATA|EAI_AGAIN/.test(said)) return 'no-name';
  if (type === 'inward') return 'inward';
  if (/ECONNREFUSED/.test(said)) return 'refused';
  if (/ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(said)) return 'reset';
  if (/ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/.test(said)) return 'unreachable';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(said)) return `tls: ${said}`;
  if (/^HPE_/.test(said)) return 'not-http';
  return clean(String(message ?? said)).slice(0, 300);
}
