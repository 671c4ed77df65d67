import { about, scope } from './scope.ts';

/** Filled in by the build: what this version consists of. */
declare const VERSION: string;
declare const NAMED: string[];
declare const FILES: string[];
declare const WORDS: Record<string, string[]>;

const prefix = 'shell-';
const own = prefix + VERSION;
/** Tabs of the version before go on with the files they began with. */
const kept = 2;

const settle = async (cache: Cache, files: string[]): Promise<void> => {
  await Promise.all(
    files.map(async (file) => {
      // There, the same name is the same content: what an older version had is not fetched again.
      const had = file.startsWith('/assets/') ? await caches.match(file) : undefined;
      if (had) await cache.put(file, had);
      else await cache.add(new Request(file, { cache: file.startsWith('/assets/') ? 'default' : 'no-cache' }));
    }),
  );
};

/** Everything this version needs, the words of the reader's language among it; all or nothing. */
export async function install(): Promise<void> {
  const cache = await caches.open(own);
  const page = await fetch('/', { cache: 'no-cache' });
  const text = await page.clone().text();
  // Behind a balancer another version may answer; then this one is installed later.
  if (!page.ok || !NAMED.every((file) => text.includes(file)))
    throw new Error('The page that came is not of this version.');
  const { language } = await about();
  await settle(cache, [...FILES, ...((language && WORDS[language]) || [])]);
  await cache.put('/', page);
}

export async function activate(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
  await Promise.all(others.slice(0, -kept).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The words of the language that is read, and what this page loaded before there was a worker. */
export async function keep(files: string[]): Promise<void> {
  const cache = await caches.open(own);
  const asked = files.filter((file) => /^\/(assets|icons)\/[\w./-]+$/.test(file));
  const missing = await Promise.all(asked.map(async (file) => ((await cache.match(file)) ? [] : [file])));
  await settle(cache, missing.flat());
}

/** A file of this version, or of the one a tab began with; or else from the server, and kept. */
export async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(own);
  // A part that is asked for again (../again.ts) is the same file.
  const same = { ignoreSearch: true };
  const had = (await cache.match(request, same)) ?? (await caches.match(request, same));
  if (had) return had;
  const came = await fetch(request);
  if (came.ok && came.type === 'basic') await cache.put(request, came.clone());
  return came;
}

/** The page itself: this version's, so that it always finds its files, with no wait for the network. */
export async function page(request: Request): Promise<Response> {
  const { waiting } = scope.registration;
  const tabs = await scope.clients.matchAll({ type: 'window' });
  if (waiting && tabs.filter((tab) => tab.frameType === 'top-level').length <= 1) {
    // Nobody else works with the old version: the new one takes over, and the page is asked for again.
    waiting.postMessage({ type: 'take-over' });
    return new Response('', { headers: { refresh: '0', 'content-type': 'text/html; charset=utf-8' } });
  }
  return (await (await caches.open(own)).match('/')) ?? fetch(request);
}

/** Behind the reader's back: is there a newer version, or the same with another policy? */
export async function look(): Promise<void> {
  const came = await fetch('/', { cache: 'no-cache' }).catch(() => undefined);
  if (!came?.ok) return;
  const cache = await caches.open(own);
  const [now, had] = await Promise.all([came.clone().text(), cache.match('/').then((page) => page?.text())]);
  if (now === had) await cache.put('/', came);
  else await scope.registration.update();
}
