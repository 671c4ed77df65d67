import { useSyncExternalStore } from 'react';
import { later } from '../ui/later.tsx';
import { asking } from './again.ts';

const Again = later(async () => (await import('./Again.tsx')).Again);

/** Stands by; comes up when the session ends while one works. */
export const AgainLater = () => {
  const now = useSyncExternalStore(asking.watch, asking.get);
  return now ? <Again me={now.me} done={now.done} /> : null;
};
