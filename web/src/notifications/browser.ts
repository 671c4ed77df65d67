import type { NotificationChoices } from '@hearten/contract';
import { api } from '../api.ts';
import { t } from '../language/index.ts';

const told = 'hearten.push';
/** Which address of this browser the server knows. */
export const knownPush = (): string | null => localStorage.getItem(told);
export const rememberPush = (endpoint: string): void => localStorage.setItem(told, endpoint);

/** Can this browser be told by push? Only over https (or on localhost), and not in a private window of some. */
export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const bytes = (key: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

/** This browser listens no more; the server takes it off its list by itself, if it did not already. */
export const deafHere = async (): Promise<void> => {
  localStorage.removeItem(told);
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
};

/** Asks for permission, subscribes to our key, and tells the server where to write. */
export const listenHere = async (pushKey: string): Promise<NotificationChoices> => {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error(
      t(
        'Your browser does not allow notifications from this site. Allow them in its settings for this site, then try again.',
      ),
    );
  const worker = await navigator.serviceWorker.register('/sw.js');
  await navigator.serviceWorker.ready;
  // One of another key (another SECRET_KEY of this Hearten) would never be heard.
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const made = await worker.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pushKey) })
    .catch((cause: unknown) => {
      // What browsers say of it is in English, and speaks of their own services.
      throw new Error(
        t('This browser did not reach the push service of its maker. Nothing was changed; try it again later.'),
        { cause },
      );
    });
  const { endpoint, keys } = made.toJSON();
  rememberPush(endpoint ?? '');
  return api('POST /notifications/browsers', {
    body: { endpoint: endpoint ?? '', p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' },
  });
};
