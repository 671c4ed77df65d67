import type { BodyInput, Key, Me, Params, QueryInput, Reply } from '@hearten/contract';
import { spoken, t } from './language/index.ts';
import { isOutOfDate, isTurnedAway, Problem, turnedAway, unreachable } from './problem.ts';

type Need<Name extends string, T> = [T] extends [never] ? { [K in Name]?: undefined } : { [K in Name]: T };
type MayHave<Name extends string, T> = [T] extends [never] ? { [K in Name]?: undefined } : { [K in Name]?: T };
export type Ask<K extends Key> = Need<'params', Params<K>> &
  MayHave<'query', QueryInput<K>> &
  Need<'body', BodyInput<K>> & { signal?: AbortSignal; once?: string; leaving?: boolean };
type NoNeed<K extends Key> = [Params<K>] extends [never] ? ([BodyInput<K>] extends [never] ? true : false) : false;

let csrf = '';
/** Whose page this is: somebody in a workspace. */
let holder: string | null = null;
const holderOf = ({ workspace, person }: Me): string => `${workspace.id}.${person.id}`;
let signedOut: () => Promise<boolean> = () => Promise.resolve(false);
/**
 * Called once by the app: what to do when the session has ended. Resolves to true when the same person is signed in again: then what was
 * asked is asked again, and whoever asked never hears of it.
 */
export const whenSignedOut = (then: () => Promise<boolean>) => {
  signedOut = then;
};
let prove: () => Promise<boolean> = () => Promise.resolve(false);
let heldBack: () => void = () => undefined;
/** Called once by the app: what to do when somebody has to prove who they are first, or can do nothing but set up a second factor. */
export const whenAsked = (first: { prove: () => Promise<boolean>; heldBack: () => void }) => {
  ({ prove, heldBack } = first);
};
/** The token that every write carries comes with `me`. */
export const trust = (me: Me): Me => {
  csrf = me.csrf;
  holder = holderOf(me);
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
    if (response.status === 413)
      throw new Problem(413, {
        title: t('Too large'),
        detail: t(
          'Something between you and Hearten takes nothing of this size. Nothing was stored; make it smaller, or ask whoever runs Hearten to raise the limit there.',
        ),
      });
    throw new Problem(response.status || 502, {
      title: t('An answer that makes no sense'),
      detail: t('Something between you and Hearten answered in its place. Try again in a moment.'),
      cause: String(cause),
    });
  }
};

/** Gate keepers: nobody is signed in yet, or tries to be. */
const before = /\/(sign-in|sign-out|setup|password-resets)(\/|$)/;

const send = async (method: string, url: string, init: RequestInit, attempt = 0): Promise<unknown> => {
  const headers = { ...(init.headers as Record<string, string>) };
  if (method !== 'GET') headers['x-csrf-token'] = csrf;
  let response: Response;
  try {
    response = await fetch(url, { method, credentials: 'same-origin', ...init, headers });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  }
  const body = await read(response);
  if (response.ok) {
    if (turnedAway.get() !== null) turnedAway.set(null);
    return body;
  }
  const problem = new Problem(
    response.status,
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
  );
  if (attempt === 0 && response.status === 401 && !before.test(url) && (await signedOut()))
    return send(method, url, { ...init, signal: null }, 1);
  // Signed in anew in another tab: the session there is this one's too. What was written here is never said as somebody else, or elsewhere.
  if (attempt === 0 && response.status === 403 && isOutOfDate(problem)) {
    const me = (await send('GET', '/api/v1/me', { headers: { accept: 'application/json' } })) as Me;
    if (holder !== null && holderOf(me) !== holder) throw problem;
    trust(me);
    return send(method, url, init, 1);
  }
  if (attempt === 0 && response.status === 403 && problem.type.endsWith('/proof-needed') && (await prove()))
    return send(method, url, { ...init, headers }, 1);
  if (response.status === 403 && problem.type.endsWith('/second-factor')) heldBack();
  if (response.status === 403 && isTurnedAway(problem)) turnedAway.set(problem.detail);
  throw problem;
};

/** One call of the contract. Writes carry the CSRF token and an idempotency key: pass `once` to repeat the same write safely. */
export const api = async <K extends Key>(
  key: K,
  ...[ask]: NoNeed<K> extends true ? [Ask<K>?] : [Ask<K>]
): Promise<Reply<K>> => {
  const method = key.slice(0, key.indexOf(' '));
  // What goes wrong is said in the language the page speaks.
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': spoken() };
  const init: RequestInit = { headers };
  if (ask?.signal) init.signal = ask.signal;
  if (ask?.leaving) init.keepalive = true;
  if (method !== 'GET') {
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
    headers: { 'content-type': file.type || 'application/octet-stream' },
    body: file,
  })) as Upload;
