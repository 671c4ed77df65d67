import type { ChatFrame } from '@hearten/contract';
import type { WebSocket } from 'ws';
import type { Peer } from './line-out.ts';

/** Between two beats of a line, in milliseconds. */
export const BEAT = 25_000;
const STEP = 50;
const PINGS = 3; // every so many beats the other end must have answered a ping
const frame = JSON.stringify({ type: 'beat' } satisfies ChatFrame);

/**
 * Something is said on every line now and then, so that a widget sees when its line is dead, and so that we do. To a few of them at a time,
 * going round and round: to ten thousand at once it would hold up for a second whoever is talking, and to four hundred for 25 ms.
 */
export function startBeat(peers: ReadonlyMap<WebSocket, Peer>, quiet: Set<WebSocket>): () => void {
  let rounds = 0;
  let round = peers.entries();
  const next = (): [WebSocket, Peer] | undefined => {
    const { value } = round.next();
    if (value) return value;
    rounds++;
    round = peers.entries();
    return round.next().value;
  };
  let due = 0;
  const timer = setInterval(() => {
    for (due += (peers.size * STEP) / BEAT; due >= 1; due--) {
      const one = next();
      if (one) beat(...one, rounds % PINGS === 0, quiet);
    }
  }, STEP);
  return () => clearInterval(timer);
}

function beat(socket: WebSocket, peer: Peer, pings: boolean, quiet: Set<WebSocket>): void {
  peer.words = 0;
  if (pings && quiet.has(socket)) socket.terminate();
  else if (socket.readyState === socket.OPEN) {
    socket.send(frame);
    if (!pings) return;
    quiet.add(socket);
    socket.ping();
  }
}
