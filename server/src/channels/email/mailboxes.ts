import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reason } from '@hearten/contract';
import type { ImapFlow } from 'imapflow';
import type pg from 'pg';
import { NOWHERE, sql } from '../../base/db.ts';
import { isRefused, isRefusedAs, textOf } from '../../base/errors.ts';
import { quoted, whyOf } from '../../base/reasons.ts';
import { hash } from '../../base/seal.ts';
import type { InboxRow } from '../../conversations/index.ts';
import type { Box } from './bodies.ts';
import { explain } from './explain.ts';
import { openFolder } from './fetch.ts';
import { type ImapPlace, imapClient, SILENCE } from './imap.ts';
import { type Room, settingsOf } from './room.ts';
import { proofOf, refusedBy, signedInAt } from './sign-in/proof.ts';
import { showState } from './state.ts';

const LOOK_EVERY = 10_000; // ms between looks at which inboxes there are
/** Sooner than the line would count as dead: asked at the very same moment, a quiet line looks like a broken one. */
const LOOK_AGAIN = SILENCE - 15_000;
/** What came into the folder while we came to it, some servers never say: they take it for what we saw. */
const LOOK_TWICE = 2_000;
const LONGEST_PAUSE = 60_000;
const NO_FOLDER = 'NoFolder';
const LOCKS = 7_221_843; // our class of advisory locks

type Listener = { mark: string; stop: () => Promise<void> };
/** Told in this process: `changed`, an inbox; `look`, somebody wants a folder looked through now. */
export const changes = new EventEmitter().setMaxListeners(0);

/**
 * Listens to every mailbox there is, each by one process at a time: an advisory lock on a connection of its own, which ends with its
 * process however that dies. Should two ever meet, the rows' keys keep each mail single.
 */
export async function listenToMailboxes(room: Room): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const listeners = new Map<string, Listener>();
  let locks: pg.Client | null = null;

  const lockClient = async (): Promise<pg.Client> => {
    if (locks) return locks;
    const client = await room.db.connect();
    client.on('error', (error) =>
      room.log.warn('The connection that holds the mailboxes broke', { error: textOf(error) }),
    );
    client.on('end', () => {
      if (locks === client) locks = null;
      // Without the lock another process may begin: stop at once.
      for (const [id, listener] of listeners) {
        listeners.delete(id);
        listener.stop().catch((error) => room.log.warn('A mailbox did not close cleanly', { error: textOf(error) }));
      }
    });
    locks = client;
    return client;
  };
  const look = async (): Promise<void> => {
    const client = await lockClient();
    const wanted = new Map((await connected(room)).map((row) => [row.id, row]));
    for (const [id, listener] of listeners) {
      const row = wanted.get(id);
      if (row && markOf(row) === listener.mark) continue;
      listeners.delete(id);
      await listener.stop();
      await client.query('select pg_advisory_unlock($1, hashtext($2))', [LOCKS, id]);
    }
    for (const [id, row] of wanted) {
      if (listeners.has(id)) continue;
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
        LOCKS,
        id,
      ]);
      if (rows[0]?.got) listeners.set(id, { mark: markOf(row), stop: listenTo(room, row) });
    }
  };
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await look();
      } catch (error) {
        room.log.warn('Which mailboxes to listen to could not be read; trying again', { error: textOf(error) });
      }
      await changedOr(LOOK_EVERY, stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await running;
    await Promise.all([...listeners.values()].map((listener) => listener.stop()));
    await locks?.end();
  };
}

/** Waits for a change of an inbox in this process, for so long at most, or until all is over. */
function changedOr(most: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      changes.off('changed', end);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, signal.aborted ? 0 : most);
    changes.on('changed', end);
    signal.addEventListener('abort', end);
  });
}

/** The inboxes that have a mailbox to listen to. */
async function connected(room: Room): Promise<InboxRow[]> {
  const all = await room.db.read<{ workspace_id: string; inbox_id: string }>(
    NOWHERE,
    sql`select * from inboxes_of('email')`,
  );
  const byPlace = Map.groupBy(all, (row) => row.workspace_id);
  const rows: InboxRow[] = [];
  for (const [workspaceId, mine] of byPlace)
    rows.push(
      ...(await room.db.read<InboxRow>(
        workspaceId,
        sql`
        select workspace_id, id, brand_id, channel, name, address, enabled, settings, secrets from inbox
        where workspace_id = ${workspaceId} and id = any (${mine.map((row) => row.inbox_id)}::uuid[]) and enabled and deleted_at is null`,
      )),
    );
  return rows.filter((row) => settingsOf(row).imap !== null);
}
const markOf = (row: InboxRow): string =>
  hash(
    JSON.stringify([settingsOf(row).imap, settingsOf(row).signIn, row.address, row.secrets?.toString('hex') ?? '']),
  ).toString('hex');

/** Connects, reads, waits; and again, for ever, after longer and longer pauses while it does not work. */
function listenTo(room: Room, row: InboxRow): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    const place = settingsOf(row).imap;
    if (!place) return;
    const box: Box = {
      workspaceId: row.workspace_id,
      inboxId: row.id,
      address: row.address,
      place,
      trips: { uid: 0, times: 0, short: false },
      guesses: false,
      again: new Set(),
    };
    let failures = 0;
    while (!stop.signal.aborted) {
      try {
        await stay(room, row, box, stop.signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (stop.signal.aborted) break;
        failures++;
        // A line that drops once in a while is no news; one that can't be had again is.
        if (failures > 1 || isLasting(error)) await tell(room, row, 'trouble', words(error, place, row), error);
      }
      const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(failures, 6));
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: stop.signal }).catch(() => undefined); // stopping ends the wait
    }
  })();
  running.catch((error) => room.log.error('Listening to a mailbox ended', { error, inboxId: row.id }));
  return async () => {
    stop.abort();
    await running;
  };
}
const words = (error: unknown, place: ImapPlace, row: InboxRow): Reason =>
  whyOf(error) ??
  (isRefused(error)
    ? quoted(textOf(error))
    : explain(error, { ...place, ...signedInAt(settingsOf(row)), what: 'IMAP' }).why);
const isLasting = (error: unknown): boolean =>
  /AUTH|ENOTFOUND|ECONNREFUSED|CERT|NoFolder/.test(`${(error as { code?: string }).code ?? ''} ${textOf(error)}`) ||
  Boolean((error as { authenticationFailed?: boolean }).authenticationFailed) ||
  isRefusedAs(error, 'forbidden');

async function stay(room: Room, row: InboxRow, box: Box, signal: AbortSignal, well: () => void): Promise<void> {
  const proof = await proofOf(room, row, 'imap');
  const client = imapClient(box.place, row.address, proof, room.config.MAX_MAIL_MB);
  const end = (): void => client.close();
  const news = listenForNews(client, signal);
  signal.addEventListener('abort', end, { once: true });
  try {
    await client.connect().catch(async (error: unknown) => {
      await refusedBy(room, row, proof, error);
      throw error;
    });
    const read = await openFolder(room, client, box).catch(async (error) => {
      throw (await isMissing(client, box.place.folder))
        ? Object.assign(new Error(`There is no folder named ${box.place.folder} in the mailbox.`), {
            code: NO_FOLDER,
            why: { code: 'no-folder', values: { folder: box.place.folder } },
          })
        : error;
    });
    await tell(room, row, 'working', null);
    for (let most = LOOK_TWICE; ; most = LOOK_AGAIN) {
      await read();
      well();
      if (signal.aborted || !client.usable) return;
      // IDLE hears at once; asking again now and then also finds what a server forgot to say, and a line that is dead.
      client.idle().catch(() => undefined); // ended by the next command, or by the close that `news` tells of
      await news.wait(most);
      if (!client.usable) throw new Error('The mail server closed the connection.');
    }
  } finally {
    signal.removeEventListener('abort', end);
    news.end();
    client.close();
  }
}

/** Waits until the server speaks of mail, which it may have done while we were busy; or somebody asks; or the line ends; or time is up. */
function listenForNews(
  client: ImapFlow,
  signal: AbortSignal,
): { wait: (most: number) => Promise<void>; end: () => void } {
  let heard = false;
  let wake: () => void = () => undefined;
  const hear = (): void => {
    heard = true;
    wake();
  };
  client.on('exists', hear);
  client.on('close', hear);
  changes.on('look', hear);
  signal.addEventListener('abort', hear, { once: true });
  return {
    wait: async (most) => {
      if (!heard)
        await new Promise<void>((done) => {
          const timer = setTimeout(done, most);
          wake = () => {
            clearTimeout(timer);
            done();
          };
        });
      heard = false;
    },
    end: () => {
      changes.off('look', hear);
      signal.removeEventListener('abort', hear);
    },
  };
}
async function isMissing(
  client: { usable: boolean; list: () => Promise<{ path: string }[]> },
  folder: string,
): Promise<boolean> {
  if (!client.usable) return false;
  return !(await client.list()).some((one) => one.path === folder || one.path.toUpperCase() === folder.toUpperCase());
}

async function tell(
  room: Room,
  row: InboxRow,
  state: 'working' | 'trouble',
  why: Reason | null,
  error?: unknown,
): Promise<void> {
  if (error) room.log.warn('A mailbox can not be read', { inboxId: row.id, error: textOf(error) });
  await showState(room, row.workspace_id, row.id, state, why).catch((failed) =>
    room.log.warn('The state of an inbox could not be noted', { error: textOf(failed) }),
  );
}
