import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import fastify from 'fastify';
import pg from 'pg';
import { cpuOf } from './processes.ts';

/** What the same work costs at least here and now: Postgres asked for the same rows, a route that answers the same bytes. */
export async function bareQuery(adminUrl: string, text: string, values: unknown[], times = 400): Promise<number> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const query = { name: 'bare', text, values };
    for (let i = 0; i < 20; i++) await client.query(query);
    const pid = rows[0]?.pid as number;
    const before = cpuOf(pid);
    for (let i = 0; i < times; i++) await client.query(query);
    return (cpuOf(pid) - before) / times;
  } finally {
    await client.end();
  }
}

export async function bareRoute(bytes: number, times = 3000): Promise<number> {
  const child = fork(import.meta.filename, [String(bytes)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const port = await new Promise<number>((done) => child.once('message', (message) => done(message as number)));
  const agent = new Agent({ keepAlive: true });
  const one = (): Promise<void> =>
    new Promise((done, failed) => {
      request({ port, host: '127.0.0.1', path: '/', agent }, (answer) => answer.resume().on('end', done))
        .on('error', failed)
        .end();
    });
  for (let i = 0; i < 300; i++) await one();
  const before = cpuOf(child.pid as number);
  for (let i = 0; i < times; i++) await one();
  const cost = (cpuOf(child.pid as number) - before) / times;
  child.kill();
  return cost;
}

// As a program of its own: the bare route.
if (process.argv[1] === import.meta.filename && process.send) {
  const app = fastify({ logger: false });
  const text = JSON.stringify({ text: 'x'.repeat(Math.max(0, Number(process.argv[2]) - 11)) });
  app.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  process.send(typeof address === 'object' ? address?.port : 0);
}
