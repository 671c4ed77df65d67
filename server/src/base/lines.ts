import type { Socket } from 'node:net';
import pg from 'pg';
import { clientFor, connectTo, hostsOf, isNear, isStandby, STANDBY, wantsPrimary } from './hosts.ts';

/** All connections of this process to one database, wherever it is just now. */
export type Lines = {
  /** How many hosts may have it. */
  hosts: number;
  /** `first`: a statement that each connection begins with. (A setting in the greeting is refused by poolers.) */
  pool: (options: pg.PoolConfig, first?: string) => pg.Pool;
  /** One connection of its own, for what needs a session. */
  connect: (more?: pg.ClientConfig) => Promise<pg.Client>;
  close: () => void;
};

const ASK_EVERY = 5_000;
const ANSWER = 5_000; // ms

// A server that a host fell away from, unplugged or cut off, must not keep that host's locks for the two hours that are usual.
const letGo = `select set_config('tcp_keepalives_idle', '8', false), set_config('tcp_keepalives_interval', '3', false), set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '15000', false)`;

/**
 * Goes to the host that takes writes, and to the next when it doesn't answer. A server that vanishes says nothing: whoever waits on it
 * would wait for a quarter of an hour. So one connection asks every five seconds, and when neither it nor a new one is answered, all
 * are cut, and begin anew. `session`: no pooler stands between, so the server can be told to notice the same of us.
 */
export function makeLines(url: string, { session = true, name }: { session?: boolean; name?: string } = {}): Lines {
  const hosts = hostsOf(url);
  const far = !isNear(url);
  const primary = wantsPrimary(url);
  const open = new Set<pg.Client>();
  let current = 0;
  let watch: NodeJS.Timeout | null = null;
  let asker: pg.Client | null = null;
  let closed = false;

  const configOf = (at: number, more: pg.ClientConfig): pg.ClientConfig => ({
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(name ? { application_name: name } : {}),
    ...more,
    connectionString: hosts[at] as string,
  });
  const leave = (at: number): void => {
    if (current === at) current = (at + 1) % hosts.length;
  };
  const keep = (client: pg.Client, at: number, connected = false): pg.Client => {
    open.add(client);
    client.once('connect' as 'end', () => {
      connected = true;
    });
    client.once('end', () => {
      open.delete(client);
      if (!connected) leave(at);
    });
    if (far && !watch && !closed) {
      watch = setTimeout(look, ASK_EVERY);
      watch.unref();
    }
    return client;
  };
  /** Called with a connection that was just made; throws at one that is of no use. */
  const meet = (client: pg.Client, at: number): void => {
    if (primary && isStandby(client)) {
      leave(at);
      throw Object.assign(new Error(STANDBY), { code: '57P03' });
    }
    if (far && session) client.query(letGo).catch(() => undefined); // where it can't be set, nothing else depends on it
  };

  async function answers(client: pg.Client): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((done) => {
      timer = setTimeout(() => done(false), ANSWER);
    });
    const asked = client.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }
  const cut = (client: pg.Client): unknown =>
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy(
      Object.assign(new Error('Connection terminated: the database fell silent'), { code: 'ETIMEDOUT' }),
    );
  async function alive(): Promise<boolean> {
    const at = current;
    const before = asker;
    if (before && (await answers(before))) return true;
    asker = null;
    if (before) cut(before);
    const fresh = clientFor(configOf(at, { connectionTimeoutMillis: ANSWER }));
    fresh.on('error', () => undefined); // what it says is told by the question
    fresh.once('end', () => {
      if (asker === fresh) asker = null;
    });
    try {
      await fresh.connect();
      asker = fresh;
      return await answers(fresh);
    } catch {
      return false; // refused or unanswered: the same for whoever waits on it
    }
  }
  async function look(): Promise<void> {
    const waiting = [...open];
    if (waiting.length > 0 && !(await alive())) for (const client of waiting) if (open.has(client)) cut(client);
    if (closed) return;
    watch = setTimeout(look, ASK_EVERY);
    watch.unref();
  }

  return {
    hosts: hosts.length,
    pool: (options, first) => {
      const at = new WeakMap<pg.ClientBase, number>();
      // What pg's pool calls with `new` for each connection: the host is chosen anew every time.
      const Client = function makeOne(given: pg.ClientConfig): pg.Client {
        const host = current;
        const client = keep(clientFor(configOf(host, given)), host);
        at.set(client, host);
        // Before the failure is told: who asks again at once is led to the next host.
        const begin = client.connect.bind(client) as (then: (error?: Error) => void) => void;
        client.connect = ((then: (error?: Error) => void) =>
          begin((error) => {
            if (error) leave(host);
            then(error);
          })) as typeof client.connect;
        return client;
      } as unknown as typeof pg.Client;
      const pool = new pg.Pool({
        ...options,
        Client,
        // Awaited before anybody has it; where it fails, whoever asked for the connection is told.
        onConnect: async (client) => {
          meet(client as pg.Client, at.get(client) ?? current);
          if (first) await client.query(first);
        },
      } as pg.PoolConfig);
      // A connection that breaks while idle is replaced at the next use; the error itself is told to whoever asks next.
      pool.on('error', () => undefined);
      // One that breaks while at work tells the statements that wait on it; without a listener it would end the process as well.
      pool.on('connect', (client) => client.on('error', () => undefined));
      return pool;
    },
    connect: async (more = {}) => {
      const from = current;
      const order = hosts.map((_, i) => hosts[(from + i) % hosts.length] as string);
      for (const [i, host] of order.entries()) {
        const at = (from + i) % hosts.length;
        try {
          const client = await connectTo(
            host,
            configOf(at, hosts.length > 1 ? { connectionTimeoutMillis: ANSWER, ...more } : more),
          );
          try {
            meet(client, at);
          } catch (error) {
            await client.end();
            throw error;
          }
          current = at;
          return keep(client, at, true);
        } catch (error) {
          if (i === order.length - 1) throw error;
        }
      }
      throw new Error('no host');
    },
    close: () => {
      closed = true;
      if (watch) clearTimeout(watch);
      void asker?.end().catch(() => undefined); // it asks nothing any more
    },
  };
}
