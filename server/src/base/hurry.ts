import { setTimeout as sleep } from 'node:timers/promises';
import type { Tx } from './db.ts';

const SOON = 8; // ms that a word takes to be on the other side, most times

let until = 0;
/** Somebody waits for what this process does now: a word of a chat, an answer. */
export function hurry(): void {
  until = performance.now() + SOON;
}
/** ms for which somebody still waits. */
const left = (): number => until - performance.now();

/**
 * A transaction that nobody waits for: before each statement it lets pass whoever is in a hurry, for `most` ms in all, since what it locks
 * is locked meanwhile. Statements keep their order. `waited` says how long it has stood aside.
 */
export function givingWay(tx: Tx, most: number): { tx: Tx; waited: () => number } {
  let waited = 0;
  let turn: Promise<void> | null = null;
  const stand = async (): Promise<void> => {
    for (let ms = left(); ms > 0 && waited < most; ms = left()) {
      const began = performance.now();
      await sleep(Math.min(ms, most - waited));
      waited += performance.now() - began;
    }
  };
  const after = <T>(ask: () => Promise<T>): Promise<T> => {
    if (!turn && (left() <= 0 || waited >= most)) return ask();
    const mine = (turn ?? Promise.resolve()).then(stand);
    turn = mine;
    return mine.then(() => {
      if (turn === mine) turn = null;
      return ask();
    });
  };
  return {
    tx: {
      ...tx,
      many: (query) => after(() => tx.many(query)),
      first: (query) => after(() => tx.first(query)),
      last: (query) => after(() => tx.last(query)),
      run: (query) => after(() => tx.run(query)),
      lastly: (work) => work(),
    },
    waited: () => waited,
  };
}
