import { useEffect, useRef } from 'react';
import { type Binding, bind } from '../keys.ts';

/** Binds keys while the component is on screen; what they do is always the latest. */
export const useKeys = (bindings: Binding[]) => {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = bindings.map((b) => b.keys).join('|');
  // biome-ignore lint/correctness/useExhaustiveDependencies: bound again only when the set of keys changes
  useEffect(
    () =>
      bind(
        latest.current.map((b, i) => ({
          ...b,
          run: () => {
            latest.current[i]?.run();
          },
        })),
      ),
    [names],
  );
};
