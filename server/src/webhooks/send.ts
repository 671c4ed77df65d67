import { clock } from '../base/clock.ts';
import { sql } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import type { Hearten, Job } from '../base/module.ts';
import type { Outbound } from '../base/outbound.ts';
import { nextInLine, sendLater } from './announce.ts';
import { fewAtOnce } from './few-at-once.ts';
import { post } from './post.ts';
import { settle } from './settle.ts';

/** Requests of one webhook that are under way at the same time in one process; of one that fails just one, until it works again. */
const EACH = 3;
/** And of all together. They wait for others and cost a socket each, no slot of the jobs: those who hang hold up themselves. */
const ALL = 2000;
/** How long a try may take, and how long it is this process' own: a killed one's is taken over after that. */
export const PATIENCE = 20_000;
const LEASE = PATIENCE + 8_000;
/** Who answers within this time is not held up by the many that don't. */
const QUICK = 2_000;

/** A delivery that is this process' own for the moment. */
export type Leased = {
  id: string;
  webhook_id: string;
  message_id: string;
  type: string;
  body: string;
  tries: number;
  lease: number;
  address: string;
  sealed: Buffer;
  former: boolean;
  failing: boolean;
};
type Row = Leased & { on: boolean; held_until: string | null; broken_off: boolean };
export type Sender = { send: Job; stop: () => Promise<void> };

/**
 * Sends deliveries. The job takes a lease, leaves itself behind for the moment the lease ends, and lets go: the request goes on by itself,
 * so a receiver that takes its time holds no slot. What finds no room waits as a row, and whoever is done takes the oldest along.
 */
export function makeSender(hearten: Hearten, outbound: Outbound): Sender {
  const { db, jobs, log } = hearten;
  const going = new Map<string, number>();
  /** Which of a webhook have their lease: of those that only ask for one, none may leave it to another. */
  const leased = new Map<string, Set<string>>();
  const all = new Set<Promise<void>>();
  const end = new AbortController();
  const inLine = fewAtOnce();

  /** What could be leased, or why not: nothing is due, it is switched off, in a pause, or (failing) has one under way already. */
  const take = (workspaceId: string, deliveryId: string): Promise<Row | 'none' | 'off' | 'held' | 'one'> =>
    db.tx(workspaceId, async (tx) => {
      const row = await tx.first<Row>(sql`
        select d.id, d.webhook_id, d.message_id, d.type, d.body, d.tries, d.lease + 1 as lease, h.address, h.sealed, h.former_until > now() as former, h.failing_since is not null as failing,
          h.active and h.disabled is null as on, case when h.held_until > now() then h.held_until end as held_until, d.state = 'sending' as broken_off
        from webhook_delivery d join webhook h on h.workspace_id = d.workspace_id and h.id = d.webhook_id
        where d.workspace_id = ${workspaceId} and d.id = ${deliveryId} and (d.state = 'waiting' or d.state = 'sending' and d.lease_until <= now()) for update of d`);
      if (!row) return 'none';
      if (!row.on) return 'off';
      if (row.held_until) {
        // Those that waited for the same pause don't come back at the same moment.
        await sendLater(tx, jobs, row.id, row.webhook_id, new Date(Date.parse(row.held_until) + Math.random() * 3000));
        return 'held';
      }
      const others = leased.get(row.webhook_id) ?? new Set();
      if (row.failing && [...others].some((one) => one !== row.id)) return 'one';
      leased.set(row.webhook_id, others.add(row.id));
      if (row.broken_off)
        await tx.run(sql`
          insert into webhook_attempt (workspace_id, delivery_id, number, error) values (${workspaceId}, ${row.id}, ${row.lease - 1}, 'broken-off') on conflict do nothing`);
      const until = new Date(clock() + LEASE);
      await tx.run(sql`
        update webhook_delivery set state = 'sending', lease = ${row.lease}, lease_until = ${until.toISOString()}, first_at = coalesce(first_at, now())
        where workspace_id = ${workspaceId} and id = ${row.id}`);
      await sendLater(tx, jobs, row.id, row.webhook_id, until);
      return row;
    });
  /** `deliveryId` is left out by who got no lease: the same one may be under way. */
  const letGo = (webhookId: string, deliveryId = ''): void => {
    const mine = leased.get(webhookId);
    if (mine?.delete(deliveryId) && mine.size === 0) leased.delete(webhookId);
    const left = (going.get(webhookId) ?? 1) - 1;
    if (left > 0) going.set(webhookId, left);
    else going.delete(webhookId);
  };

  const run = async (workspaceId: string, mine: Leased): Promise<void> => {
    const came = await post(hearten, outbound, workspaceId, mine, end.signal).finally(() =>
      letGo(mine.webhook_id, mine.id),
    );
    if (end.signal.aborted && came.status === null)
      // This process goes: as if it had not been tried. Another takes it at once.
      await inLine(true, () =>
        db.tx(workspaceId, async (tx) => {
          const back = await tx.run(sql`
            update webhook_delivery set state = 'waiting', lease_until = null where workspace_id = ${workspaceId} and id = ${mine.id} and state = 'sending' and lease = ${mine.lease}`);
          if (back) await sendLater(tx, jobs, mine.id, mine.webhook_id);
        }),
      );
    else await inLine(came.ms < QUICK, () => settle(hearten, workspaceId, mine, came, roomFor(mine.webhook_id)));
  };
  const roomFor = (webhookId: string): number => Math.max(1, EACH - (going.get(webhookId) ?? 0));
  const begin = (workspaceId: string, mine: Leased): void => {
    const work = run(workspaceId, mine)
      .catch((error) => {
        // Its job stands at the end of the lease: it is sent again, under the same id.
        log.warn('What became of a webhook could not be kept; it is sent again', {
          delivery: mine.id,
          error: textOf(error),
        });
      })
      .finally(() => all.delete(work));
    all.add(work);
  };

  return {
    send: async (payload) => {
      const { workspaceId, deliveryId, webhookId } = payload as Record<
        'workspaceId' | 'deliveryId' | 'webhookId',
        string
      >;
      if (end.signal.aborted || all.size >= ALL)
        return db.tx(workspaceId, (tx) =>
          sendLater(tx, jobs, deliveryId, webhookId, new Date(clock() + 1000 + Math.random() * 2000)),
        );
      const before = going.get(webhookId) ?? 0;
      if (before >= (all.size > ALL / 2 ? 1 : EACH)) return; // it waits as a row for one of those that are under way
      going.set(webhookId, before + 1);
      try {
        const mine = await take(workspaceId, deliveryId);
        if (typeof mine === 'object') return begin(workspaceId, mine);
        letGo(webhookId);
        if (mine === 'none') await db.tx(workspaceId, (tx) => nextInLine(tx, jobs, webhookId, roomFor(webhookId)));
      } catch (error) {
        letGo(webhookId, deliveryId);
        throw error;
      }
    },
    stop: async () => {
      end.abort();
      await Promise.allSettled(all);
    },
  };
}
