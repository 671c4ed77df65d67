import type { NotificationChoices } from '@hearten/contract';
import { api } from '../api.ts';

/** Can this browser be told by push? Only over https (or on localhost), and not in a private window of some. */
export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const bytes = (key: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

/** Asks for permission, subscribes to our key, and tells the server where to write. */
export const listenHere = async (pushKey: string): Promise<NotificationChoices> => {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error(
      'Your browser does not allow notifications from this site. Allow them in its settings for this site, then try again.',
    );
  const worker = await navigator.serviceWorker.register('/push.js');
  await navigator.serviceWorker.ready;
  // One of another key (another SECRET_KEY of this Hearten) would never be heard.
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pushKey) });
  const { endpoint, keys } = made.toJSON();
  return api('POST /notifications/browsers', {
    body: { endpoint: endpoint ?? '', p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' },
  });
};
