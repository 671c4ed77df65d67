import { useEffect, useRef, useState } from 'react';
import { t } from '../language/index.ts';
import { said } from '../problem.ts';

const PAUSE = 600; // ms without a change before it is kept
export type Kept<T> = {
  value: T;
  set: (change: Partial<T>) => void;
  /** Back to what it was before the last thing that was kept; null when there is nothing. */
  undo: (() => void) | null;
  state: 'kept' | 'changed' | 'keeping' | 'failed';
  error: string | null;
  again: () => void;
};

/** A form that is saved as one goes: a moment after the last change, and when one leaves; each saving can be taken back. */
export const useKept = <T extends object>(first: T, save: (change: Partial<T>) => Promise<unknown>): Kept<T> => {
  const [value, setValue] = useState(first);
  const [state, setState] = useState<Kept<T>['state']>('kept');
  const [error, setError] = useState<string | null>(null);
  const [past, setPast] = useState<Partial<T>[]>([]);
  const now = useRef(first);
  const server = useRef(first);
  const pending = useRef<Partial<T>>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const going = useRef(false);
  const latest = useRef(save);
  latest.current = save;

  const keep = async (back = false): Promise<void> => {
    clearTimeout(timer.current);
    const change = pending.current;
    if (going.current || Object.keys(change).length === 0) return;
    pending.current = {};
    going.current = true;
    setState('keeping');
    const was = Object.fromEntries(
      Object.keys(change).map((key) => [key, server.current[key as keyof T]]),
    ) as Partial<T>;
    try {
      await latest.current(change);
      server.current = { ...server.current, ...change };
      if (!back) setPast((all) => [...all.slice(-49), was]);
      setError(null);
      setState(Object.keys(pending.current).length === 0 ? 'kept' : 'changed');
    } catch (cause) {
      // What was not kept is tried again with the next change; what was typed since stays.
      pending.current = { ...change, ...pending.current };
      setError(said(cause));
      setState('failed');
      return;
    } finally {
      going.current = false;
    }
    if (Object.keys(pending.current).length > 0) await keep();
  };
  const set = (change: Partial<T>): void => {
    now.current = { ...now.current, ...change };
    pending.current = { ...pending.current, ...change };
    setValue(now.current);
    setState('changed');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void keep(), PAUSE);
  };
  const undo = (): void => {
    const was = past.at(-1);
    if (!was) return;
    setPast((all) => all.slice(0, -1));
    now.current = { ...now.current, ...was };
    pending.current = { ...pending.current, ...was };
    setValue(now.current);
    void keep(true);
  };
  const leave = useRef(keep);
  leave.current = keep;
  useEffect(() => {
    const hidden = () => void leave.current();
    addEventListener('pagehide', hidden);
    return () => {
      removeEventListener('pagehide', hidden);
      void leave.current();
    };
  }, []);
  return { value, set, undo: past.length > 0 ? undo : null, state, error, again: () => void keep() };
};
export const stateWords = (state: Kept<object>['state']): string =>
  ({ kept: t('Saved'), changed: t('Saving…'), keeping: t('Saving…'), failed: t('Not saved') })[state];
