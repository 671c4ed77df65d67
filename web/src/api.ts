import type { BodyInput, Key, Me, Params, QueryInput, Reply } from '@hearten/contract';
import { Problem, unreachable } from './problem.ts';

type Need<Name extends string, T> = [T] extends [never] ? { [K in Name]?: undefined } : { [K in Name]: T };
type MayHave<Name extends string, T> = [T] extends [never] ? { [K in Name]?: undefined } : { [K in Name]?: T };
export type Ask<K extends Key> = Need<'params', Params<K>> &
  MayHave<'query', QueryInput<K>> &
  Need<'body', BodyInput<K>> & { signal?: AbortSignal; once?: string; leaving?: boolean };
type NoNeed<K extends Key> = [Params<K>] extends [never] ? ([BodyInput<K>] extends [never] ? true : false) : false;

let csrf = '';
let signedOut: () => void = () => undefined;
/** Called once by the app: what to do when the session has ended. */
export const whenSignedOut = (then: () => void) => {
  signedOut = then;
};
/** The token that every write carries comes with `me`. */
export const trust = (me: Me): Me => {
  csrf = me.csrf;
  return me;
};

/** `GET /conversations/:id` + `{id}` → `/api/v1/conversations/7…`, with the query behind it. */
export const address = (
  key: string,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string => {
  const path = key
    .slice(key.indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const tail = search.toString();
  return `/api/v1${path}${tail ? `?${tail}` : ''}`;
};

const read = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(response.status || 502, {
      title: 'An answer that makes no sense',
      detail: 'Something between you and Hearten answered in its place. Try again in a moment.',
      cause: String(cause),
    });
  }
};

const send = async (method: string, url: string, init: RequestInit): Promise<unknown> => {
  let response: Response;
  try {
    response = await fetch(url, { method, credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  }
  const body = await read(response);
  if (response.ok) return body;
  const problem = new Problem(
    response.status,
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
  );
  if (response.status === 401 && !url.endsWith('/sign-in')) signedOut();
  throw problem;
};

/** One call of the contract. Writes carry the CSRF token and an idempotency key: pass `once` to repeat the same write safely. */
export const api = async <K extends Key>(
  key: K,
  ...[ask]: NoNeed<K> extends true ? [Ask<K>?] : [Ask<K>]
): Promise<Reply<K>> => {
  const method = key.slice(0, key.indexOf(' '));
  const headers: Record<string, string> = { accept: 'application/json' };
  const init: RequestInit = { headers };
  if (ask?.signal) init.signal = ask.signal;
  if (ask?.leaving) init.keepalive = true;
  if (method !== 'GET') {
    headers['x-csrf-token'] = csrf;
    headers['idempotency-key'] = ask?.once ?? crypto.randomUUID();
    if (ask?.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(ask.body);
    }
  }
  return (await send(
    method,
    address(key, ask?.params as Record<string, unknown>, ask?.query as Record<string, unknown>),
    init,
  )) as Reply<K>;
};

export type Upload = { id: string; filename: string; contentType: string; size: number };
/** A file for a reply or note; its id goes into `attachments`. */
export const upload = async (file: File): Promise<Upload> =>
  (await send('POST', `/api/v1/uploads?filename=${encodeURIComponent(file.name || 'pasted.png')}`, {
    headers: { 'content-type': file.type || 'application/octet-stream', 'x-csrf-token': csrf },
    body: file,
  })) as Upload;
