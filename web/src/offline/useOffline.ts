import type { ConversationRow, Message } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import { show } from '../conversations/act.ts';
import { spoken } from '../language/index.ts';
import { listen } from '../live.ts';
import { useMe } from '../me.ts';
import { hearPressed, keepPush } from '../notifications/pushed.ts';
import { keepsHere } from './keepHere.ts';
import { keepReading, whoOf } from './kept.ts';
import { hearMissing, startWorker } from './version.ts';
import { beginWaiting } from './waiting.ts';

type Done = { conversation?: ConversationRow; message?: Message };

/** For as long as one is signed in: keeps on this device what is needed without a connection, and sends what waits for one. */
export const useOffline = (): void => {
  const client = useQueryClient();
  const router = useRouter();
  const me = useMe();
  const who = whoOf(me);
  const keep = useSyncExternalStore(keepsHere.watch, keepsHere.get);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person or workspace is another store; a changed name is not
  useEffect(() => {
    const stopWaiting = beginWaiting(who, (_, reply) => {
      const { conversation, message } = reply as Done;
      if (conversation) show(client, me.person.id, conversation, message ? [message] : []);
    });
    return stopWaiting;
  }, [client, who]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    if (!keep) return;
    const keeping = keepReading(client, me, listen);
    let stopSweep: (() => void) | undefined;
    let over = false;
    void import('./sweep.ts').then(({ sweep }) => {
      if (!over) stopSweep = sweep(keeping);
    });
    return () => {
      over = true;
      keeping.stop();
      stopSweep?.();
    };
  }, [client, who, keep]);
  useEffect(() => {
    const stopMissing = hearMissing();
    const stopHearing = hearPressed((url) => router.history.push(url));
    // A browser that refuses workers (a private window) has the app all the same, only not without a connection.
    const timer = setTimeout(
      () =>
        void startWorker(spoken())
          .then(keepPush)
          .catch((error: unknown) => console.warn('No service worker here.', error)),
      1500,
    );
    return () => {
      stopMissing();
      stopHearing();
      clearTimeout(timer);
    };
  }, [router]);
};
