import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Frame } from '@hearten/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import { textOf } from './errors.ts';
import { type EventRow, ring } from './events.ts';
import type { Log } from './log.ts';
import type { Outside, Who } from './module.ts';

/** An open tab: who sits there, and the way to tell them. */
export type Seat = { who: Who; send: (frame: Frame) => void };
/** What each open seat of one workspace is told about these events. Given by the module that knows who may see what. */
export type Audience = (workspaceId: string, events: EventRow[], seats: Seat[]) => Promise<void>;

/** What tabs say over their sockets. Given by the module that knows what it means. */
export type Ears = {
  /** It was greeted: from here on it is told everything. */
  greeted: (seat: Seat) => void;
  said: (seat: Seat, text: string) => void;
  left: (seat: Seat) => void;
};

export type Live = {
  attach: (
    server: Server,
    options: {
      identify: (request: IncomingMessage) => Promise<Who | null>;
      origin: () => string[];
      log: Log;
      /** Lines of others, each at its own address. */
      outside?: Outside[];
      ipOf?: (request: IncomingMessage) => string;
    },
  ) => void;
  anyone: () => boolean;
  /** From here on somebody listens to what tabs say. */
  hear: (ears: Ears) => void;
  seatsIn: (workspaceId: string) => Seat[];
  /** Every open seat of this process, whatever its workspace. */
  seats: () => Seat[];
  tell: (events: EventRow[], audience: Audience) => Promise<void>;
  /** The stream is complete from here on: new seats are greeted, those that may have missed something are told to fetch again. */
  vouch: (sure: boolean) => void;
  /** Ends the seats that `gone` says are not allowed any more. */
  recheck: (stillThere: (who: Who) => Promise<boolean>) => Promise<void>;
  count: () => number;
  /** This process is going away: every tab is asked to open another line within so many ms, one at a time and not all at once. */
  leave: (within: number) => void;
  close: () => Promise<void>;
};

const SLOW = 1_000_000; // bytes waiting for one socket: a reader that stopped is dropped and fetches anew
const BEAT = 8_000;
const PINGS = 3; // every so many beats the other end must have answered a ping
const MOST = 100; // tabs of one session in one process: nobody has so many open, and each costs us memory
const TALK = 200; // messages between two pings: a tab says where it is every few seconds, and when that changes

const AS_TEXT = { binary: false };
const BEATS: Frame = { type: 'beat' };
/** A frame that many are told is put into words once. */
const words = new WeakMap<Frame, Buffer>();
function worded(frame: Frame): Buffer {
  const there = words.get(frame);
  if (there) return there;
  const made = Buffer.from(JSON.stringify(frame));
  words.set(frame, made);
  return made;
}

function destroyed(this: Duplex): void {
  this.destroy();
}

export function makeLive(): Live {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 4096 });
  const places = new Map<string, Map<WebSocket, Seat>>();
  const alive = new WeakSet<WebSocket>();
  const talked = new Map<WebSocket, number>();
  const sessions = new Map<string, number>();
  let ears: Ears | null = null;
  const each = function* (): Generator<[WebSocket, Seat]> {
    for (const seats of places.values()) yield* seats;
  };
  let beats = 0;
  // A browser hides pings from the page, so beats are frames; pings tell us which tabs are gone.
  const beat = setInterval(() => {
    const ping = ++beats % PINGS === 0;
    if (ping) talked.clear();
    for (const [socket, seat] of each()) {
      seat.send(BEATS);
      if (!ping) continue;
      if (!alive.has(socket)) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, BEAT);
  beat.unref();

  // `hello` means: from here on you are told everything, so fetch now. Before the relay has its place in the log nobody can say that.
  let vouched = false;
  let leaving: number | null = null;
  const greeted = new WeakSet<Seat>();
  const greet = (seat: Seat): void => {
    greeted.add(seat);
    seat.send({ type: 'hello', personId: seat.who.id, beat: BEAT });
    ears?.greeted(seat);
    if (leaving !== null) seat.send({ type: 'reconnect', within: leaving });
  };

  const sit = (socket: WebSocket, who: Who): void => {
    const seats = places.get(who.workspaceId) ?? new Map<WebSocket, Seat>();
    places.set(who.workspaceId, seats);
    const send = (frame: Frame): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > SLOW) socket.terminate();
      else socket.send(worded(frame), AS_TEXT);
    };
    const seat: Seat = { who, send };
    seats.set(socket, seat);
    sessions.set(who.sessionId, (sessions.get(who.sessionId) ?? 0) + 1);
    alive.add(socket);
    socket.on('message', (data, binary) => {
      const times = (talked.get(socket) ?? 0) + 1;
      talked.set(socket, times);
      if (binary || times > TALK) socket.terminate();
      else ears?.said(seat, String(data));
    });
    socket.on('pong', () => alive.add(socket));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      seats.delete(socket);
      talked.delete(socket);
      const others = (sessions.get(who.sessionId) ?? 0) - 1;
      if (others > 0) sessions.set(who.sessionId, others);
      else sessions.delete(who.sessionId);
      ears?.left(seat);
      if (seats.size === 0) places.delete(who.workspaceId);
    });
    if (vouched) greet(seat);
    else ring();
  };

  return {
    attach: (server, { identify, origin, log, outside = [], ipOf = () => '' }) => {
      server.on('upgrade', (request, socket, head) => {
        const refuse = (line: string): void => {
          socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        };
        // A function made here would hold all that was asked for as long as the line is open.
        socket.on('error', destroyed);
        // Compared as it stands: what strangers ask for need not be an address at all ("//" is none).
        const path = request.url?.split('?', 1)[0];
        const other = outside.find((one) => one.path === path);
        if (path !== '/live' && !other) return refuse('404 Not Found');
        // Only pages of our own may open it; a browser always says where the page came from.
        if (!request.headers.origin || !origin().includes(request.headers.origin)) {
          log.warn('A socket from another site was refused', { origin: request.headers.origin ?? '(none)' });
          return refuse('403 Forbidden');
        }
        if (other) return other.upgrade(request, socket, head, { origins: origin(), ip: ipOf(request) });
        identify(request).then(
          (who) => {
            if (!who) return refuse('401 Unauthorized');
            if (who.held) return refuse('403 Forbidden');
            if ((sessions.get(who.sessionId) ?? 0) >= MOST) return refuse('429 Too Many Requests');
            sockets.handleUpgrade(request, socket, head, (open) => sit(open, who));
          },
          (error) => {
            log.warn('A socket could not be opened', { error: textOf(error) });
            refuse('503 Service Unavailable');
          },
        );
      });
    },
    anyone: () => places.size > 0,
    hear: (given) => {
      ears = given;
    },
    seatsIn: (workspaceId) => [...(places.get(workspaceId)?.values() ?? [])],
    seats: () => [...each()].map(([, seat]) => seat),
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
    leave: (within) => {
      leaving = within;
      for (const [, seat] of each()) if (greeted.has(seat)) seat.send({ type: 'reconnect', within });
    },
    close: async () => {
      clearInterval(beat);
      for (const [socket] of each()) socket.close(1012, 'restarting');
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
