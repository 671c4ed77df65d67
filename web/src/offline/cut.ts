import { useEffect, useState, useSyncExternalStore } from 'react';
import { line } from '../live.ts';

const useOnline = () =>
  useSyncExternalStore(
    (w) => {
      addEventListener('online', w);
      addEventListener('offline', w);
      return () => {
        removeEventListener('online', w);
        removeEventListener('offline', w);
      };
    },
    () => navigator.onLine,
  );

/** Lost for a moment is nothing to speak of; for three seconds it is. */
const useLost = () => {
  const state = useSyncExternalStore(line.watch, line.get);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (state !== 'lost') return setLost(false);
    const timer = setTimeout(() => setLost(true), 3000);
    return () => clearTimeout(timer);
  }, [state]);
  return lost;
};

/** `offline`: this device has no connection. `lost`: it has one, and Hearten doesn't answer. */
export const useCut = (): 'offline' | 'lost' | null => {
  const online = useOnline();
  const lost = useLost();
  return online ? (lost ? 'lost' : null) : 'offline';
};
