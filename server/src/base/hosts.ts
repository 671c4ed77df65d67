import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * An address for each host of a list, written as Postgres' own programs write it:
 * postgres://user:password@one:5432,two:5432/hearten?target_session_attrs=read-write
 */
export function hostsOf(url: string): string[] {
  const found = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?]*)(.*)$/.exec(url);
  if (!found) return [url];
  const [, before = '', list = '', after = ''] = found;
  const rest = after.replace(/([?&])target_session_attrs=[^&]*(&|$)/, (_all, first, last) => (last ? first : ''));
  return list.split(',').map((host) => `${before}${host}${rest}`);
}

/** Whether a standby, which takes no writes, is passed over: with several hosts always. */
export const wantsPrimary = (url: string): boolean =>
  hostsOf(url).length > 1 || /[?&]target_session_attrs=(read-write|primary)(&|$)/.test(url);

/** On this machine a line doesn't fall silent: there is nothing to watch. */
export const isNear = (url: string): boolean => {
  const host = /^postgres(?:ql)?:\/\/(?:[^@/?]*@)?(\[[^\]]*\]|[^:/?,]*)/.exec(url)?.[1] ?? '';
  return /[?&]host=(%2F|\/)/i.test(url) || /^%2F/i.test(host) || ['', 'localhost', '127.0.0.1', '[::1]'].includes(host);
};

export const STANDBY = 'This Postgres is a standby and takes no writes.';
const PATIENCE = 5_000; // ms for one host to answer

const standbys = new WeakSet<pg.Client>();
/** A client not yet connected that will know whether it met a standby: Postgres says so as it greets. */
export function clientFor(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
    if (parameterName !== 'in_hot_standby') return;
    if (parameterValue === 'on') standbys.add(client);
    else standbys.delete(client);
  });
  return client;
}
export const isStandby = (client: pg.ClientBase): boolean => standbys.has(client as pg.Client);

/** One connection, to the first of the hosts that answers and takes writes. */
export async function connectTo(url: string, more: pg.ClientConfig = {}): Promise<pg.Client> {
  const hosts = hostsOf(url);
  let failed: unknown;
  for (const connectionString of hosts) {
    const client = clientFor({
      ...(hosts.length > 1 ? { connectionTimeoutMillis: PATIENCE } : {}),
      ...more,
      connectionString,
    });
    // One that breaks tells the statements that wait on it, and whoever listens; alone it must not end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      if (!wantsPrimary(url) || !isStandby(client)) return client;
      failed = new Error(STANDBY);
    } catch (error) {
      failed = error;
    }
    await client.end().catch(() => undefined); // it never was one, or is no use
  }
  throw failed;
}

/**
 * Goes on when no other process is at this, and holds it until the connection ends. Asked for again and again, never waited for: a statement
 * that waits keeps its snapshot, an index that is built beside the work waits for every snapshot there is, and the two would wait for each
 * other until Postgres ended one of them.
 */
export async function onlyOne(client: pg.Client, what: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtext($1)) as mine', [what]);
    if (rows[0].mine) return;
    await sleep(100 + Math.random() * 100);
  }
}
