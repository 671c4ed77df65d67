import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type Balancer = {
  url: string;
  port: number;
  /** Where requests may go; those that say they are ready get them in turn. */
  behind: Set<string>;
  ready: () => string[];
  /** Requests passed on, and those that failed on the way or were answered with a 5xx, with what was said. */
  passed: () => number;
  failed: string[];
  stop: () => Promise<void>;
};
const EVERY = 250;
const FALL = 3;

/**
 * A plain load balancer, as people put in front: asks each one behind it whether it is ready, believes a third bad answer, passes
 * requests and sockets on in turn over kept connections, and repeats nothing.
 */
export async function balancer(hosts: string[] = []): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const behind = new Set(hosts);
  const bad = new Map<string, number>();
  const sockets = new Set<Socket>();
  const failed: string[] = [];
  let turn = 0;
  let passed = 0;
  const ready = (): string[] => [...behind].filter((host) => (bad.get(host) ?? FALL) < FALL);
  const next = (): string | undefined => {
    const all = ready();
    return all[turn++ % Math.max(1, all.length)];
  };
  const look = async (host: string): Promise<void> => {
    const fine = await fetch(`http://${host}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
      async (answer) => {
        await answer.text();
        return answer.ok;
      },
      () => false,
    );
    bad.set(host, fine ? 0 : (bad.get(host) ?? FALL) + 1);
  };
  const asking = new Set<string>();
  const timer = setInterval(() => {
    for (const host of behind) {
      if (asking.has(host)) continue;
      asking.add(host);
      void look(host).finally(() => asking.delete(host));
    }
  }, EVERY);
  timer.unref();
  const open = (host: string): { host: string; port: number } => {
    const at = host.lastIndexOf(':');
    return { host: host.slice(0, at), port: Number(host.slice(at + 1)) };
  };

  const server = createServer((asked, reply) => {
    const host = next();
    const said = `${asked.method} ${asked.url}`;
    if (!host) {
      failed.push(`${said}: nobody is ready`);
      return void reply.writeHead(503).end();
    }
    passed++;
    const on = request(
      { ...open(host), method: asked.method, path: asked.url, headers: asked.headers, agent },
      (got) => {
        if ((got.statusCode ?? 500) >= 500) failed.push(`${said}: ${host} answered ${got.statusCode}`);
        const { connection: _, 'keep-alive': __, ...headers } = got.headers;
        reply.writeHead(got.statusCode ?? 502, headers);
        got.pipe(reply);
      },
    );
    on.on('error', (error) => {
      failed.push(`${said}: ${host}: ${error.message}`);
      if (!reply.headersSent) reply.writeHead(502);
      reply.end();
    });
    asked.pipe(on);
  });
  server.on('upgrade', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    const host = next();
    if (!host) return void socket.destroy();
    const on = connect(open(host), () => {
      const lines = asked.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
      on.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      on.write(head);
      on.pipe(socket);
      socket.pipe(on);
    });
    for (const one of [on, socket]) {
      sockets.add(one);
      one.on('close', () => {
        sockets.delete(one);
        on.destroy();
        socket.destroy();
      });
      one.on('error', () => undefined); // the close that follows says the same
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref(); // a test that failed half-way ends
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    behind,
    ready,
    passed: () => passed,
    failed,
    stop: async () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
