/** A value outside React that screens can watch: `useSyncExternalStore(store.watch, store.get)`. */
export const makeStore = <T>(first: T) => {
  let value = first;
  const watching = new Set<() => void>();
  return {
    get: () => value,
    set: (next: T) => {
      value = next;
      for (const w of watching) w();
    },
    watch: (w: () => void) => {
      watching.add(w);
      return () => {
        watching.delete(w);
      };
    },
  };
};
