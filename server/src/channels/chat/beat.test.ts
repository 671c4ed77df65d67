import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { WebSocket } from 'ws';
import { BEAT, startBeat } from './beat.ts';
import { type Peer, peerOf } from './line-out.ts';

type Line = { socket: WebSocket; beats: number[]; pings: number; over: boolean };
/** A line that notes what is said on it; `answers`: whether its other end is still there. */
function line(now: () => number, quiet: Set<WebSocket>, answers = true): Line {
  const made: Line = { beats: [], pings: 0, over: false, socket: {} as WebSocket };
  made.socket = {
    ...{ OPEN: 1, readyState: 1 },
    send: () => made.beats.push(now()),
    ping: () => {
      made.pings++;
      if (answers) quiet.delete(made.socket);
    },
    terminate: () => {
      made.over = true;
    },
  } as unknown as WebSocket;
  return made;
}

test('Each line hears something every 25 seconds, few of them at a time, however many there are; and one that answers nothing is ended', () => {
  for (const count of [1, 7, 4_000]) {
    mock.timers.enable({ apis: ['setInterval'] });
    let now = 0;
    const quiet = new Set<WebSocket>();
    const peers = new Map<WebSocket, Peer>();
    const lines = Array.from({ length: count }, () => line(() => now, quiet));
    const gone = line(() => now, quiet, false);
    const chat = { workspaceId: '', id: '' };
    for (const { socket } of [...lines, gone])
      peers.set(socket, peerOf(socket, chat, { id: '', only: null }, '', '', 'en'));
    const end = startBeat(peers, quiet);
    let most = 0;
    for (; now < BEAT * 8; now += 50) {
      const before = lines.reduce((sum, { beats }) => sum + beats.length, 0);
      mock.timers.tick(50);
      most = Math.max(most, lines.reduce((sum, { beats }) => sum + beats.length, 0) - before);
    }
    end();
    mock.timers.reset();
    assert.ok(most <= Math.ceil((count + 1) / 500) + 1, `${most} of ${count} at once`);
    for (const { beats, pings } of lines) {
      const gaps = [...beats, now].map((at, i) => at - (beats[i - 1] ?? 0));
      assert.ok(Math.max(...gaps) <= BEAT * 1.1, `${Math.max(...gaps)} ms of silence`);
      assert.ok(beats.length <= 9 && pings >= 2, `${beats.length} beats, ${pings} pings`);
    }
    assert.ok(gone.over, 'nobody is there');
  }
});
