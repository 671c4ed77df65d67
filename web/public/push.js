// The service worker that shows what was pushed to this browser, and opens what it is about. It keeps nothing and asks for nothing.
addEventListener('push', (event) => {
  const said = event.data?.json() ?? {};
  const show = async () => {
    const tabs = await clients.matchAll({ type: 'window', includeUncontrolled: true });
    // Whoever looks at Hearten right now is told there.
    if (said.tag !== 'try' && tabs.some((tab) => tab.visibilityState === 'visible' && tab.focused)) return;
    if (said.unseen > 0 && navigator.setAppBadge) await navigator.setAppBadge(said.unseen).catch(() => undefined);
    await registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag,
      icon: '/mark.svg',
      renotify: true,
      data: { url: said.url },
    });
  };
  event.waitUntil(show());
});
addEventListener('notificationclick', (event) => {
  event.notification.close();
  // Only ever a page of our own, whatever was pushed.
  const to = new URL(event.notification.data?.url ?? '/', location.origin);
  const open = async () => {
    if (to.origin !== location.origin) return;
    const [tab] = await clients.matchAll({ type: 'window' });
    if (!tab) return clients.openWindow(to.href);
    await tab.focus();
    return tab.navigate(to.href);
  };
  event.waitUntil(open());
});
