/** Seconds before the next try: twice as long each time, never together with everyone else, at least what the server asked for. */
export const delay = (attempt: number, asked: number | null): number =>
  Math.max(asked ?? 0, Math.min(30, 0.5 * 2 ** attempt) * (0.5 + Math.random() / 2));

export const wait = (seconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((done, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      done();
    }, seconds * 1000);
    signal?.addEventListener('abort', stop, { once: true });
  });
