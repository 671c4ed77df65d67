import { about } from './scope.ts';

const name = 'frames';
/** So many mails in their own design are kept to be read without a connection. */
const most = 600;

/** A mail as its sender designed it: from the server while there is one, or as it was last drawn. */
export async function frame(request: Request): Promise<Response> {
  const cache = await caches.open(name);
  try {
    const came = await fetch(request);
    if (came.ok && (await about()).keep !== false) {
      await cache.put(request, came.clone());
      const kept = await cache.keys();
      await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((old) => cache.delete(old)));
    }
    return came;
  } catch (error) {
    const had = await cache.match(request);
    if (had) return had;
    throw error;
  }
}

/** Nothing of anybody's mail is left behind. */
export const forgetFrames = (): Promise<boolean> => caches.delete(name);
