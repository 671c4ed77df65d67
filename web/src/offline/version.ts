import { t } from '../language/index.ts';
import { makeStore } from '../ui/store.ts';
import { tell } from '../ui/toast.tsx';

const store = makeStore<ServiceWorker | null>(null);
/** The worker of a newer version that is installed and waits until it is asked for. */
export const newVersion = { get: store.get, watch: store.watch };

let wanted = false;
/** Loads the newer version in this tab. Other tabs go on with what they have: their files are kept beside the new ones. */
export const takeVersion = (): void => {
  wanted = true;
  const next = store.get();
  if (next) next.postMessage({ type: 'take-over' });
  else location.reload();
};

let started = false;
const hour = 3_600_000;
/** Registers the worker, once the page stands; tells it the reader's language and what this page was made of. */
export const startWorker = async (language: string): Promise<void> => {
  // Once a page, however often somebody signs in on it.
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD || started) return;
  started = true;
  const { serviceWorker } = navigator;
  const had = serviceWorker.controller !== null;
  const registration = await serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  const look = (): void => {
    // The first one ever is no newer version.
    if (registration.waiting && serviceWorker.controller) store.set(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  serviceWorker.addEventListener('controllerchange', () => {
    store.set(null);
    if (wanted) location.reload();
  });
  setInterval(() => void registration.update().catch(() => undefined), hour);
  const { active } = await serviceWorker.ready;
  const files = performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/assets/'))
    .map(({ pathname }) => pathname);
  active?.postMessage({ type: 'about', language, words: { reply: t('Reply') }, files: had ? [] : files });
};

/** A part of the version this tab runs is nowhere any more: what is on screen stays, and the way on is said. */
export const hearMissing = (): (() => void) => {
  const hear = (): void => {
    tell(
      navigator.onLine
        ? t('Hearten has a new version, and this part needs it. What you write is kept.')
        : t('This part was never loaded on this device, and there is no connection.'),
      navigator.onLine ? { label: t('Load it now'), run: takeVersion } : undefined,
      true,
    );
  };
  addEventListener('vite:preloadError', hear);
  return () => removeEventListener('vite:preloadError', hear);
};
