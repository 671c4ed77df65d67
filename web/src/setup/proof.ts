import { makeStore } from '../ui/store.ts';

const store = makeStore<((proved: boolean) => void) | null>(null);
/** Somebody is to prove who they are, over what they were doing. */
export const proving = { get: store.get, watch: store.watch };
let going: Promise<boolean> | null = null;

/** Asked once, however many questions need it; false when the person would rather not. */
export const proveAgain = (): Promise<boolean> => {
  going ??= new Promise<boolean>((done) => {
    store.set((proved) => {
      store.set(null);
      going = null;
      done(proved);
    });
  });
  return going;
};
