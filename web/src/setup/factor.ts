import { makeStore } from '../ui/store.ts';

const NAME = 'hearten.factor-later';
const LAST = 2 * 86_400_000;
const kept = (): string => {
  try {
    return localStorage.getItem(NAME) ?? '';
  } catch {
    return ''; // a browser that keeps nothing: it is asked each time
  }
};

/** In its last two days it can no longer be put away. */
export const mayWait = (by: string, now: number): boolean => Date.parse(by) - now > LAST;

const store = makeStore(kept());
/** Until which day's sake the banner was put away on this device; another day is another question. */
export const factorLater = {
  get: store.get,
  watch: store.watch,
  put: (by: string): void => {
    store.set(by);
    try {
      localStorage.setItem(NAME, by);
    } catch {
      return; // put away for this page at least
    }
  },
};
