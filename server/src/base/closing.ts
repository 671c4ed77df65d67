import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const LOOK = 100; // ms
const MOST = 8_000; // ms: Docker kills after 10 s where nothing else is said

/**
 * Keeps a server that closes from waiting for who asks nothing. Browsers open connections ahead of what they may want, and Node waits for each
 * of those as for a request that is under way, with no limit once the server closes (`closeIdleConnections` ends only those that asked before).
 * What is being answered is answered; who has not got through with asking or reading in `most` ms is cut off.
 */
export function closeWithoutWaiting(app: FastifyInstance, most = MOST): void {
  const open = new Set<Socket>();
  let looking: ReturnType<typeof setInterval> | undefined;
  let last: ReturnType<typeof setTimeout> | undefined;
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    const endIdle = (): void => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
      app.server.closeIdleConnections(); // also those that were answered since it began to close
    };
    endIdle();
    looking = setInterval(endIdle, LOOK);
    last = setTimeout(() => app.server.closeAllConnections(), most);
  });
  app.server.on('close', () => {
    clearInterval(looking);
    clearTimeout(last);
  });
}
