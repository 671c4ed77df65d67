import type { IncomingMessage } from 'node:http';
import { Unavailable } from './errors.ts';

/** Bodies that are read at a time: with their files they fill memory. */
export type Slots = {
  /** Waits a little for room, under each key too, and refuses where there is none. Before the body is read. */
  enter: (request: IncomingMessage, keys: [key: string, most: number][]) => Promise<void>;
  leave: (request: IncomingMessage) => void;
};
type Limits = { most: number; wait?: number; stall?: number };

const WAIT = 3_000; // ms
const STALL = 15_000; // ms in which a body has to come on
const ON = 16 * 1024; // by so many bytes: a drop now and then is no progress

/** `stall`: whoever begins and then sends next to nothing is cut off, for others wait for the place. */
export function makeSlots({ most, wait = WAIT, stall = STALL }: Limits): Slots {
  const held = new Map<IncomingMessage, { keys: string[]; timer: NodeJS.Timeout }>();
  const under = new Map<string, number>();
  let waiting: (() => void)[] = [];
  const isFull = (keys: [string, number][]): boolean =>
    held.size >= most || keys.some(([key, each]) => (under.get(key) ?? 0) >= each);
  const room = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  return {
    enter: async (request, keys) => {
      const until = performance.now() + wait;
      while (isFull(keys)) {
        const left = until - performance.now();
        if (left <= 0)
          throw Unavailable(
            'Many are writing at this moment. Nothing was sent yet; try again.',
            Math.ceil(wait / 1000),
          );
        await room(left);
      }
      // Gone meanwhile: nobody would say when it has left.
      if (request.destroyed) throw Unavailable('Many are writing at this moment. Nothing was sent yet; try again.');
      for (const [key] of keys) under.set(key, (under.get(key) ?? 0) + 1);
      held.set(request, { keys: keys.map(([key]) => key), timer: watch(request, stall) });
    },
    leave: (request) => {
      const one = held.get(request);
      if (!one) return;
      clearInterval(one.timer);
      held.delete(request);
      for (const key of one.keys) {
        const left = (under.get(key) ?? 1) - 1;
        if (left > 0) under.set(key, left);
        else under.delete(key);
      }
      const all = waiting;
      waiting = [];
      for (const look of all) look();
    },
  };
}

/** Ends a request whose body does not come on. What a socket has read says so without touching the body, which somebody else reads. */
function watch(request: IncomingMessage, stall: number): NodeJS.Timeout {
  let before = request.socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete) return clearInterval(timer);
    const now = request.socket.bytesRead;
    if (now - before < ON) request.socket.destroy();
    before = now;
  }, stall);
  return timer.unref();
}
