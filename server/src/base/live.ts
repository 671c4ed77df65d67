import type { IncomingMessage, Server } from 'node:http';
import type { Frame } from '@hearten/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import { textOf } from './errors.ts';
import { type EventRow, ring } from './events.ts';
import type { Log } from './log.ts';
import type { Who } from './module.ts';

/** An open tab: who sits there, and the way to tell them. */
export type Seat = { who: Who; send: (frame: Frame) => void };
/** What each open seat of one workspace is told about these events. Given by the module that knows who may see what. */
export type Audience = (workspaceId: string, events: EventRow[], seats: Seat[]) => Promise<void>;

export type Live = {
  attach: (
    server: Server,
    options: { identify: (request: IncomingMessage) => Promise<Who | null>; origin: () => string[]; log: Log },
  ) => void;
  anyone: () => boolean;
  tell: (events: EventRow[], audience: Audience) => Promise<void>;
  /** The stream is complete from here on: new seats are greeted, those that may have missed something are told to fetch again. */
  vouch: (sure: boolean) => void;
  /** Ends the seats that `gone` says are not allowed any more. */
  recheck: (stillThere: (who: Who) => Promise<boolean>) => Promise<void>;
  count: () => number;
  close: () => Promise<void>;
};

const SLOW = 1_000_000; // bytes waiting for one socket: a reader that stopped is dropped and fetches anew
const BEAT = 25_000;

export function makeLive(): Live {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 4096 });
  const places = new Map<string, Map<WebSocket, Seat>>();
  const alive = new WeakSet<WebSocket>();
  const each = function* (): Generator<[WebSocket, Seat]> {
    for (const seats of places.values()) yield* seats;
  };
  const beat = setInterval(() => {
    for (const [socket] of each()) {
      if (!alive.has(socket)) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, BEAT);
  beat.unref();

  // `hello` means: from here on you are told everything, so fetch now. Before the relay has its place in the log nobody can say that.
  let vouched = false;
  const greeted = new WeakSet<Seat>();
  const greet = (seat: Seat): void => {
    greeted.add(seat);
    seat.send({ type: 'hello', personId: seat.who.id });
  };

  const sit = (socket: WebSocket, who: Who): void => {
    const seats = places.get(who.workspaceId) ?? new Map<WebSocket, Seat>();
    places.set(who.workspaceId, seats);
    const send = (frame: Frame): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > SLOW) socket.terminate();
      else socket.send(JSON.stringify(frame));
    };
    seats.set(socket, { who, send });
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      seats.delete(socket);
      if (seats.size === 0) places.delete(who.workspaceId);
    });
    if (vouched) greet(seats.get(socket) as Seat);
    else ring();
  };

  return {
    attach: (server, { identify, origin, log }) => {
      server.on('upgrade', (request, socket, head) => {
        const refuse = (line: string): void => {
          socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        };
        socket.on('error', () => socket.destroy());
        // Compared as it stands: what strangers ask for need not be an address at all ("//" is none).
        if (request.url?.split('?', 1)[0] !== '/live') return refuse('404 Not Found');
        // Only pages of our own may open it; a browser always says where the page came from.
        if (!request.headers.origin || !origin().includes(request.headers.origin)) {
          log.warn('A socket from another site was refused', { origin: request.headers.origin ?? '(none)' });
          return refuse('403 Forbidden');
        }
        identify(request).then(
          (who) =>
            who ? sockets.handleUpgrade(request, socket, head, (open) => sit(open, who)) : refuse('401 Unauthorized'),
          (error) => {
            log.warn('A socket could not be opened', { error: textOf(error) });
            refuse('503 Service Unavailable');
          },
        );
      });
    },
    anyone: () => places.size > 0,
    tell: async (events, audience) => {
      const byPlace = new Map<string, EventRow[]>();
      for (const event of events)
        if (places.has(event.workspace_id))
          byPlace.set(event.workspace_id, [...(byPlace.get(event.workspace_id) ?? []), event]);
      for (const [workspaceId, mine] of byPlace)
        await audience(workspaceId, mine, [...(places.get(workspaceId)?.values() ?? [])]);
    },
    vouch: (sure) => {
      vouched = sure;
      if (!sure) return;
      for (const [, seat] of each()) {
        if (greeted.has(seat)) seat.send({ type: 'reset' });
        else greet(seat);
      }
    },
    recheck: async (stillThere) => {
      for (const [socket, seat] of [...each()]) if (!(await stillThere(seat.who))) socket.close(4401, 'signed out');
    },
    count: () => [...each()].length,
    close: async () => {
      clearInterval(beat);
      for (const [socket] of each()) socket.close(1012, 'restarting');
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
