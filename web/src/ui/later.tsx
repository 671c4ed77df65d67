import { type ComponentType, useEffect, useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { makeStore } from './store.ts';
import { tellProblem } from './toast.tsx';

/** Code that is loaded once, when it is first wanted; `get` has it from then on, so that nothing blinks. */
export const loaded = <T,>(load: () => Promise<T>) => {
  const there = makeStore<T | null>(null);
  let going: Promise<void> | undefined;
  const want = (byHand = false): Promise<void> => {
    going ??= load().then(there.set, (error: unknown) => {
      // Wanted again, it is tried again, under another address (../again.ts).
      going = undefined;
      // What it shares with other parts may be what did not come, and keeps its address: only a new page asks for that again.
      if (byHand && navigator.onLine) {
        location.reload();
        return;
      }
      // What a browser says of it is an address and a sentence for programmers.
      const told = new Error(t('A part of the app did not load. What you wrote is kept; try again in a moment.'), {
        cause: error,
      });
      tellProblem(told, () => void want(true));
    });
    return going;
  };
  return { want, get: there.get, use: () => useSyncExternalStore(there.watch, there.get) };
};

/** A part of a screen that is not in the shell. `Meanwhile` stands in its place until it is there. */
export const later = <P extends object>(load: () => Promise<ComponentType<P>>, Meanwhile?: ComponentType<P>) => {
  // In an object: a store must not take a component for a function to call.
  const part = loaded(async () => ({ Part: await load() }));
  const Later = (props: P) => {
    const have = part.use();
    useEffect(() => {
      if (!have) void part.want();
    }, [have]);
    if (have) return <have.Part {...props} />;
    return Meanwhile ? <Meanwhile {...props} /> : null;
  };
  return Object.assign(Later, { want: part.want });
};

const idle =
  typeof requestIdleCallback === 'function' ? requestIdleCallback : (then: () => void) => setTimeout(then, 300);
/** Fetched one after the other once the first screen stands and nothing else is to be done: there before anyone asks. */
export const wantIdly = (wants: (() => Promise<unknown>)[]): (() => void) => {
  let over = false;
  const timer = setTimeout(() => {
    const next = (): void => {
      const want = wants.shift();
      if (over || !want) return;
      void want().finally(() => idle(next));
    };
    idle(next);
  }, 600);
  return () => {
    over = true;
    clearTimeout(timer);
  };
};
