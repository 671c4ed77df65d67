import { api } from '../api.ts';
import { bindings } from '../keys/manager.ts';
import { canPush, knownPush, rememberPush } from './browser.ts';

/** The browser may have given itself another address while nobody was signed in: then the server learns it now. */
export const keepPush = async (): Promise<void> => {
  const known = knownPush();
  if (!known || !canPush() || Notification.permission !== 'granted') return;
  const worker = await navigator.serviceWorker.getRegistration();
  const here = await worker?.pushManager.getSubscription();
  if (!here || here.endpoint === known) return;
  const { endpoint = '', keys } = here.toJSON();
  await api('POST /notifications/browsers', { body: { endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } });
  rememberPush(endpoint);
};

/** Puts the cursor where one answers, as soon as the conversation that was asked for is there. */
const answerWhenThere = (): void => {
  const until = Date.now() + 8000;
  const timer = setInterval(() => {
    const reply = /^\/inbox\/\w+\/\d+/.test(location.pathname) && bindings().find((one) => one.id === 'reply');
    if (reply) reply.run();
    if (reply || Date.now() > until) clearInterval(timer);
  }, 100);
};

/** A notification was pressed: this tab goes to what it is about, and begins an answer where that was asked for. */
export const hearPressed = (go: (url: string) => void): (() => void) => {
  const show = (url: string): void => {
    go(url.replace(/#reply$/, ''));
    if (url.endsWith('#reply')) answerWhenThere();
  };
  // This tab was opened for it.
  if (location.hash === '#reply') {
    history.replaceState(history.state, '', location.pathname + location.search);
    answerWhenThere();
  }
  if (!('serviceWorker' in navigator)) return () => undefined;
  const hear = (e: MessageEvent): void => {
    const { type, url } = e.data as { type?: string; url?: string };
    if (type !== 'open' || !url) return;
    e.ports[0]?.postMessage('heard');
    show(url);
  };
  navigator.serviceWorker.addEventListener('message', hear);
  return () => navigator.serviceWorker.removeEventListener('message', hear);
};
