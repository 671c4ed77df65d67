import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `up` is what we say to the server, `down` what it says to us. */
export type Direction = 'up' | 'down';
/** Where on a line something happens: after so many bytes in that direction, or when it has just carried these words. */
type Place = number | string;
export type Fault =
  | { kind: 'delay'; least: number; most: number }
  | { kind: 'trickle'; bytes: number; every: number }
  /** Nothing gets through any more; what was said meanwhile arrives when the fault is taken away. */
  | { kind: 'hang'; after?: Place }
  /** The line breaks: RST to both. */
  | { kind: 'reset'; after: Place }
  /** An orderly end in the middle of a sentence: FIN to both. */
  | { kind: 'truncate'; after: Place }
  /** This direction ends, the other goes on. */
  | { kind: 'half-close'; after: Place }
  /** Some bytes are missing, and the conversation goes on as if they had been there. */
  | { kind: 'swallow'; after: Place; bytes: number }
  | { kind: 'rewrite'; change: (text: string) => string };
export type Faults = { up?: Fault | undefined; down?: Fault | undefined };

export type ChaosProxy = Faults & {
  port: number;
  /** What is wrong with the nth line, if that is to differ from line to line; else `up` and `down` hold for all, and may change any time. */
  each: ((n: number, random: () => number) => Faults) | null;
  /** Told of all that passes, before it does. */
  tap: (direction: Direction, bytes: Buffer, line: number) => unknown;
  /** New lines are refused. */
  refuse: boolean;
  passed: Record<Direction, number>;
  lines: () => number;
  opened: () => number;
  /** Breaks every line there is. */
  cut: () => void;
  stop: () => Promise<void>;
};

/** mulberry32: the same seed, the same faults. */
export function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** RST, which only TCP knows; a local socket just ends. */
const breakOff = (socket: Socket): void => {
  if (socket.remoteAddress) socket.resetAndDestroy();
  else socket.destroy();
};

/** The bytes of this chunk that still pass before the place; -1 when it is not reached yet. */
function upTo(place: Place, before: Buffer, already: number, chunk: Buffer): number {
  if (typeof place === 'number') return already + chunk.length >= place ? Math.max(0, place - already) : -1;
  const tail = before.subarray(-place.length);
  const at = Buffer.concat([tail, chunk]).indexOf(place);
  return at < 0 ? -1 : Math.max(0, at + place.length - tail.length);
}

/** Stands between us and a server and breaks things, each direction for itself, by a seed. */
export async function chaosProxy(target: number | string, seed = 1): Promise<ChaosProxy> {
  const open = new Set<Socket>();
  const random = dice(seed);
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (proxy.refuse) return void breakOff(near);
    const far = connect(typeof target === 'string' ? { path: target } : { port: target, host: '127.0.0.1' });
    far.allowHalfOpen = true;
    const line = count++;
    const own = proxy.each?.(line, random) ?? null;
    const end = (): void => {
      for (const socket of [near, far]) {
        open.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', end).on('close', end); // either side gone: the line is over
    }
    const faultOf = (way: Direction): Fault | undefined => (own ? own[way] : proxy[way]);
    for (const [way, from, to] of [
      ['up', near, far],
      ['down', far, near],
    ] as const)
      pump(way, from, to, line, faultOf, end).catch(end);
  });

  async function pump(
    way: Direction,
    from: Socket,
    to: Socket,
    line: number,
    faultOf: (way: Direction) => Fault | undefined,
    end: () => void,
  ): Promise<void> {
    let already = 0;
    let before: Buffer = Buffer.alloc(0);
    let missing = 0;
    const done = new Set<Fault>(); // what happens at one place of a line happens once
    const hangs = (): boolean => {
      const fault = faultOf(way);
      return fault?.kind === 'hang' && (fault.after === undefined || done.has(fault));
    };
    const write = async (bytes: Buffer): Promise<void> => {
      if (bytes.length === 0) return;
      proxy.passed[way] += bytes.length;
      if (!to.write(bytes)) await new Promise((free) => to.once('drain', free).once('close', free));
    };
    for await (const given of from) {
      let chunk = given as Buffer;
      await proxy.tap(way, chunk, line);
      while (hangs() && !to.destroyed) await sleep(10);
      const fault = faultOf(way);
      if (fault && 'after' in fault && fault.after !== undefined && !done.has(fault)) {
        const keep = upTo(fault.after, before, already, chunk);
        if (keep >= 0) {
          done.add(fault);
          await write(chunk.subarray(0, keep));
          chunk = chunk.subarray(keep);
          if (fault.kind === 'reset') {
            breakOff(from);
            breakOff(to);
            return;
          }
          if (fault.kind === 'truncate') {
            to.end();
            from.end();
            await sleep(50);
            return end();
          }
          if (fault.kind === 'half-close') {
            to.end();
            from.resume();
            return;
          }
          if (fault.kind === 'swallow') missing = fault.bytes;
          while (hangs() && !to.destroyed) await sleep(10);
        }
      }
      already += (given as Buffer).length;
      before = Buffer.concat([before, given as Buffer]).subarray(-200);
      const lost = Math.min(missing, chunk.length);
      missing -= lost;
      chunk = chunk.subarray(lost);
      if (fault?.kind === 'delay') await sleep(fault.least + random() * (fault.most - fault.least));
      if (fault?.kind === 'rewrite') chunk = Buffer.from(fault.change(chunk.toString('latin1')), 'latin1');
      if (fault?.kind === 'trickle') {
        for (let i = 0; i < chunk.length && faultOf(way) === fault && !to.destroyed; i += fault.bytes) {
          await write(chunk.subarray(i, i + fault.bytes));
          await sleep(fault.every);
          if (faultOf(way) !== fault) await write(chunk.subarray(i + fault.bytes));
        }
      } else await write(chunk);
    }
    to.end();
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const proxy: ChaosProxy = {
    port: (server.address() as AddressInfo).port,
    each: null,
    tap: () => undefined,
    refuse: false,
    passed: { up: 0, down: 0 },
    lines: () => open.size / 2,
    opened: () => count,
    cut: () => {
      for (const socket of open) breakOff(socket);
    },
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
  return proxy;
}
