import { type Endpoints, type EventType, type Key, shownOnce } from './api.ts';
import { type HeartenEvent, listen } from './events.ts';
import { isProblem, problemOf } from './problem.ts';
import { delay, wait } from './wait.ts';

export type Options = {
  /** Where Hearten is, like `https://desk.example.com`. */
  baseUrl: string;
  /** An API key. In a browser on Hearten's own pages it can be left out: the session counts. */
  key?: string;
  /** How often something that may be repeated is tried again (4). */
  retries?: number;
  /** Milliseconds for one try (30,000). */
  timeout?: number;
  fetch?: typeof fetch;
};
type Part<K extends Key, P extends string> = Endpoints[K] extends Record<P, infer T> ? { [N in P]: T } : unknown;
type MaybeQuery<K extends Key> = Endpoints[K] extends { query: infer Q } ? { query?: Q } : unknown;
/** What a call needs: `params` of its address, `query`, `body`. */
export type Ask<K extends Key> = Part<K, 'params'> & MaybeQuery<K> & Part<K, 'body'>;
export type Reply<K extends Key> = Endpoints[K]['reply'];
export type CallOptions = { signal?: AbortSignal; idempotencyKey?: string };
type Args<K extends Key> =
  Record<never, never> extends Ask<K> ? [ask?: Ask<K>, options?: CallOptions] : [ask: Ask<K>, options?: CallOptions];
/** Lists that come in pages. */
export type Listed = { [K in Key]: Reply<K> extends { items: unknown[]; next: string | null } ? K : never }[Key];
type Item<K extends Listed> = Reply<K> extends { items: (infer T)[] } ? T : never;

export type Client = {
  /** One call. Writes carry an Idempotency-Key, so that one that is tried again happens once. */
  call: <K extends Key>(key: K, ...args: Args<K>) => Promise<Reply<K>>;
  /** Everything in a list, page after page. */
  all: <K extends Listed>(key: K, ask?: Ask<K>, options?: CallOptions) => AsyncGenerator<Item<K>, void, void>;
  /** What happens, from now on or from `lastEventId`; goes on by itself after a break. Ends with `signal`. */
  events: (options?: {
    types?: EventType[];
    lastEventId?: string;
    signal?: AbortSignal;
    onReady?: () => void;
  }) => AsyncGenerator<HeartenEvent, void, void>;
  /** Stores a file for an answer or note; its `id` goes into `attachments`. */
  upload: (
    filename: string,
    content: Blob,
    options?: CallOptions,
  ) => Promise<{ id: string; filename: string; contentType: string; size: number }>;
};

const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** A client for one Hearten. */
export function hearten({
  baseUrl,
  key,
  retries = 4,
  timeout = 30_000,
  fetch: ask = globalThis.fetch,
}: Options): Client {
  const base = `${baseUrl.replace(/\/+$/, '')}/api/v1`;
  const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};

  const send = async (
    path: string,
    init: RequestInit & { headers: Record<string, string> },
    repeats: boolean,
    signal?: AbortSignal,
  ): Promise<unknown> => {
    for (let attempt = 0; ; attempt++) {
      let failed: unknown;
      let text: string | undefined;
      try {
        const limit = AbortSignal.timeout(timeout);
        const answer = await ask.call(globalThis, base + path, {
          ...init,
          headers: { ...headers, ...init.headers },
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        });
        // A line may still break within the answer.
        if (answer.ok) text = await answer.text();
        else failed = await problemOf(answer);
      } catch (error) {
        failed = error;
      }
      if (text !== undefined) return JSON.parse(text);
      signal?.throwIfAborted();
      // Refused before anything was done, or done once however often it is asked for.
      const problem = isProblem(failed) ? failed : null;
      const again = problem ? problem.status === 429 || (repeats && isPassing(problem.status)) : repeats;
      if (!again || attempt >= retries) throw failed;
      await wait(delay(attempt, problem?.retryAfter ?? null), signal);
    }
  };

  const call = async (
    name: Key,
    given: Record<string, unknown> = {},
    { signal, idempotencyKey }: CallOptions = {},
  ): Promise<unknown> => {
    const [method = 'GET', pattern = ''] = name.split(' ');
    const params = (given.params ?? {}) as Record<string, unknown>;
    const path = pattern.replace(/:(\w+)/g, (_, part: string) => encodeURIComponent(String(params[part])));
    const query = new URLSearchParams();
    for (const [field, value] of Object.entries((given.query ?? {}) as Record<string, unknown>))
      if (value !== undefined && value !== null) query.set(field, String(value));
    const writes = method !== 'GET';
    return send(
      path + (query.size > 0 ? `?${query}` : ''),
      {
        method,
        headers: writes
          ? { 'content-type': 'application/json', 'idempotency-key': idempotencyKey ?? crypto.randomUUID() }
          : {},
        ...(writes ? { body: JSON.stringify(given.body ?? {}) } : {}),
      },
      !shownOnce.includes(name),
      signal,
    );
  };

  return {
    call: call as Client['call'],
    all: async function* (name: Key, given: { query?: Record<string, unknown> } = {}, options: CallOptions = {}) {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { ...given.query, ...(cursor ? { cursor } : {}) };
        const page = (await call(name, { ...given, query }, options)) as { items: unknown[]; next: string | null };
        yield* page.items;
        cursor = page.next;
      }
    } as Client['all'],
    events: (options = {}) => listen({ ...options, url: `${base}/events`, headers, fetch: ask }),
    upload: async (filename, content, { signal } = {}) => {
      const kept = await send(
        `/uploads?${new URLSearchParams({ filename })}`,
        { method: 'POST', headers: { 'content-type': content.type || 'application/octet-stream' }, body: content },
        false,
        signal,
      );
      return kept as Awaited<ReturnType<Client['upload']>>;
    },
  };
}
