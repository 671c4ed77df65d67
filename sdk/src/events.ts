import type { EventType } from './api.ts';
import { isProblem, problemOf } from './problem.ts';
import { delay, wait } from './wait.ts';

/** Something that happened. It says where; what it is now is one call away. */
export type HeartenEvent = {
  /** The same as the `webhook-id` of a webhook that tells of it. */
  id: string;
  type: EventType;
  timestamp: string;
  data: {
    conversationId: string | null;
    messageId: string | null;
    customerId: string | null;
    actor: { kind: string; id: string | null };
  };
  /** Where to go on after this one: kept somewhere, it is good for a week. */
  lastEventId: string;
};
type Listening = {
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  types?: EventType[];
  lastEventId?: string;
  signal?: AbortSignal;
  onReady?: () => void;
};

const SILENCE = 45_000; // ms: the server says something every fifteen seconds

/** Lines of a body as they come. */
async function* lines(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<string, void, void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const parts = (rest + value).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it is closed already
  }
}

/** Listens for as long as it is read; goes on where it was after each break. A 410 is thrown: fetch anew, then listen without an id. */
export async function* listen(options: Listening): AsyncGenerator<HeartenEvent, void, void> {
  const { url, headers, fetch: ask, types, signal, onReady } = options;
  let last = options.lastEventId ?? '';
  for (let attempt = 0; !signal?.aborted; attempt++) {
    const silent = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(new Error('nothing was heard')), SILENCE);
    };
    let asked: number | null = null;
    try {
      heard();
      const answer = await ask.call(globalThis, url + (types ? `?types=${types.join(',')}` : ''), {
        headers: { ...headers, accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
        signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
      });
      if (!answer.ok || !answer.body) throw await problemOf(answer);
      let [type, data] = ['', ''];
      // An id counts with the end of its frame: one that was cut off behind it has told nothing yet.
      let id = last;
      for await (const line of lines(answer.body, heard)) {
        if (line.startsWith('id: ')) id = line.slice(4);
        else if (line.startsWith('event: ')) type = line.slice(7);
        else if (line.startsWith('data: ')) data += line.slice(6);
        else if (line === '') {
          attempt = 0;
          last = id;
          if (type === 'ready') onReady?.();
          else if (data) yield { ...(JSON.parse(data) as Omit<HeartenEvent, 'lastEventId'>), lastEventId: last };
          [type, data] = ['', ''];
        }
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (isProblem(error) && error.status !== 429 && error.status < 500) throw error;
      asked = isProblem(error) ? error.retryAfter : null;
    } finally {
      clearTimeout(timer);
    }
    await wait(delay(attempt, asked), signal).catch(() => undefined); // whoever stopped it waits for nothing
  }
}
