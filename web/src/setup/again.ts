import type { Me } from '@hearten/contract';
import { makeStore } from '../ui/store.ts';

type Asking = { me: Me; done: (back: boolean) => void };
const store = makeStore<Asking | null>(null);
/** The person who has to sign in again, over what they were doing. */
export const asking = { get: store.get, watch: store.watch };
let going: Promise<boolean> | null = null;
let left = false;
/** Whoever signs out is not asked to sign in again by what was still on its way. */
export const nowLeaving = (is: boolean): void => {
  left = is;
};

/** The session has ended: asked once, however many questions found it out. `leave`: they won't, or are somebody else. */
export const signInAgain = (me: Me, leave: () => void): Promise<boolean> => {
  if (left) return Promise.resolve(false);
  going ??= new Promise<boolean>((done) => {
    const end = (back: boolean): void => {
      store.set(null);
      going = null;
      if (!back) leave();
      done(back);
    };
    store.set({ me, done: end });
  });
  return going;
};
