import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Live } from './live.ts';

/** How a process that serves goes away without a request failing. */
export type Drain = {
  leaving: () => boolean;
  /** Somebody asked whether this process is ready, as a load balancer does every few seconds. */
  asked: () => void;
  begin: () => Promise<void>;
};

const WATCHED = 12_000; // ms: who asked within that time is taken for a balancer that will ask again
const TIMES = 3; // as many bad answers as balancers want by default before they believe it
const MOST = 15_000;
const MOVE = 3_000; // ms over which the open tabs spread their reconnecting

/**
 * First it says "not ready" and goes on answering, until the balancer in front has heard that often enough to send nobody here any more;
 * then the open tabs are asked to move, and have time to. Answers meanwhile end their connections, so that none is kept for a request that
 * would find it closed. With nobody who asks in front there is nothing to wait for.
 */
export function makeDrain(app: FastifyInstance, live: Live): Drain {
  let leaving = false;
  let last = Number.NEGATIVE_INFINITY;
  let told = 0;
  app.addHook('onSend', async (_request, reply) => {
    if (leaving) reply.header('connection', 'close');
  });
  const until = async (fits: () => boolean, most: number): Promise<void> => {
    for (const end = Date.now() + most; !fits() && Date.now() < end; ) await sleep(50);
  };
  return {
    leaving: () => leaving,
    asked: () => {
      last = Date.now();
      if (leaving) told++;
    },
    begin: async () => {
      if (leaving) return;
      leaving = true;
      if (Date.now() - last > WATCHED) return live.leave(MOVE);
      await until(() => told >= TIMES, MOST);
      live.leave(MOVE);
      await until(() => live.count() === 0, MOVE + 1_000);
    },
  };
}
