import { about, scope } from './scope.ts';

/** What was pushed, as the server wrote it (server/src/notifications/push/send.ts). */
type Said = { title: string; body: string; tag: string; url: string; unseen: number };
type Shown = NotificationOptions & { renotify: boolean; actions: { action: string; title: string }[] };
type WithBadge = WorkerNavigator & { setAppBadge?: (count: number) => Promise<void> };

export async function show(said: Said): Promise<void> {
  const tabs = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // Whoever looks at Hearten right now is told there.
  if (said.tag !== 'try' && tabs.some((tab) => tab.visibilityState === 'visible' && tab.focused)) return;
  // A browser without badges shows the notification all the same.
  if (said.unseen > 0) await (scope.navigator as WithBadge).setAppBadge?.(said.unseen).catch(() => undefined);
  const { words = {} } = await about();
  const answerable = said.url.startsWith('/conversations/');
  const options: Shown = {
    body: said.body,
    tag: said.tag,
    icon: '/icons/192.png',
    badge: '/icons/badge.png',
    renotify: true,
    data: { url: said.url },
    actions: answerable && words.reply ? [{ action: 'reply', title: words.reply }] : [],
  };
  await scope.registration.showNotification(said.title, options);
}

/** Brings a tab of ours to the front and shows the page there; one that runs goes there without loading anything anew. */
export async function open(url: string, action: string): Promise<void> {
  // Only ever a page of our own, whatever was pushed.
  const to = new URL(url, scope.location.origin);
  if (to.origin !== scope.location.origin) return;
  if (action === 'reply') to.hash = 'reply';
  const tabs = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const tab = tabs.find((one) => one.frameType === 'top-level');
  if (!tab) {
    await scope.clients.openWindow(to.href);
    return;
  }
  // Some systems let no page come to the front by itself; it shows the right thing all the same.
  await tab.focus().catch(() => undefined);
  const heard = await new Promise<boolean>((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(true);
    setTimeout(() => done(false), 1000);
    tab.postMessage({ type: 'open', url: to.pathname + to.search + to.hash }, [port2]);
  });
  if (!heard) await tab.navigate(to.href);
}

type Changed = ExtendableEvent & { oldSubscription?: PushSubscription; newSubscription?: PushSubscription };
/** The browser gave itself another address: the server is told, in the name of whoever is signed in here. */
export async function moved(event: Changed): Promise<void> {
  const options = event.newSubscription?.options ?? event.oldSubscription?.options;
  const key = options?.applicationServerKey;
  const next =
    event.newSubscription ??
    (key
      ? await scope.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
      : await scope.registration.pushManager.getSubscription());
  const me = await fetch('/api/v1/me', { headers: { accept: 'application/json' } });
  // Nobody is signed in: the app says it when somebody is.
  if (!next || !me.ok) return;
  const { csrf } = (await me.json()) as { csrf: string };
  const { endpoint, keys } = next.toJSON();
  await fetch('/api/v1/notifications/browsers', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify({ endpoint, p256dh: keys?.p256dh, auth: keys?.auth }),
  });
}
