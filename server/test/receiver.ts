import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Arrived = { path: string; headers: IncomingHttpHeaders; body: string; at: number };
export type Receiver = {
  url: string;
  arrived: Arrived[];
  /** What is answered next, by path; the status alone, or whatever one does with the response. */
  answer: (one: Arrived, response: ServerResponse) => void;
  /** Waits until so many arrived. */
  until: (count: number, ms?: number) => Promise<Arrived[]>;
  stop: () => Promise<void>;
};

/** Somebody who wants to hear: a real server that keeps what comes, and answers 204 unless it is told otherwise. */
export async function receiver(): Promise<Receiver> {
  const waiting = new Set<() => void>();
  const self: Receiver = {
    url: '',
    arrived: [],
    answer: (_one, response) => void response.writeHead(204).end(),
    until: async (count, ms = 10_000) => {
      const late = AbortSignal.timeout(ms);
      while (self.arrived.length < count)
        await new Promise<void>((resolve, reject) => {
          waiting.add(resolve);
          late.addEventListener('abort', () => reject(new Error(`${self.arrived.length} of ${count} came`)));
        });
      return self.arrived;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        at: Date.now(),
      };
      self.arrived.push(one);
      self.answer(one, response);
      for (const wake of waiting) wake();
      waiting.clear();
    });
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return self;
}
