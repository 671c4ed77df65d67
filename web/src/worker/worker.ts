import { forgetFrames, frame } from './frames.ts';
import { moved, open, show } from './push.ts';
import { type About, about, remember, scope } from './scope.ts';
import { activate, asset, install, keep, look, page } from './shell.ts';

// The one service worker: keeps the app so that it opens at once and without a connection, and shows what is pushed.
// It never keeps an answer of the API: what may be read without a connection the app keeps itself, bound to its reader.

/** Not pages of the app, whatever opens them. */
const served =
  /^\/(api|docs|files|frames|assets|icons|mail|health|metrics|live|digest|chat|form|form\.js|sw\.js|felt|asked|no-questions|no-more|said|my-praise)(\/|$)/;

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname.startsWith('/frames/')) event.respondWith(frame(request));
    else if (!served.test(url.pathname)) {
      event.respondWith(page(request));
      event.waitUntil(look());
    }
  } else if (/^\/(assets|icons)\/|^\/(mark\.svg|manifest(\.[\w-]+)?\.webmanifest)$/.test(url.pathname))
    event.respondWith(asset(request));
});

type Told =
  | { type: 'take-over' }
  | ({ type: 'about'; files: string[] } & About)
  | { type: 'forget' }
  | { type: 'keep'; on: boolean };
scope.addEventListener('message', (event) => {
  const told = event.data as Told;
  if (told.type === 'take-over') event.waitUntil(scope.skipWaiting());
  if (told.type === 'forget') event.waitUntil(forgetFrames());
  // A choice of this device: no mail of anybody's is kept for reading it without a connection.
  if (told.type === 'keep') event.waitUntil(about().then((had) => remember({ ...had, keep: told.on })));
  if (told.type === 'about') {
    const { language, words } = told;
    event.waitUntil(
      about()
        .then((had) => remember({ ...had, language, words }))
        .then(() => keep(told.files)),
    );
  }
});

scope.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});
scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data?.url ?? '/'), event.action));
});
scope.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(moved(event as ExtendableEvent)));
