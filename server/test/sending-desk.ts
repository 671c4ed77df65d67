import { setTimeout as sleep } from 'node:timers/promises';
import { mailSettings } from '@hearten/contract';
import { type Db, sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { reactionsOf, startReactions } from '../src/base/relay.ts';
import { email } from '../src/channels/email/index.ts';
import type { Channel } from '../src/conversations/index.ts';
import { reply } from '../src/conversations/reply.ts';
import { start } from '../src/conversations/start.ts';
import { makeModules } from '../src/modules.ts';
import { type Desk, desk } from './desk.ts';
import { pause } from './room.ts';

export type Out = {
  id: string;
  state: string;
  state_reason: string | null;
  subject: string;
  external_id: string;
  attempts: number;
};
export type SendingDesk = {
  desk: Desk;
  channel: Channel;
  another: () => Promise<Desk>;
  /** Where an inbox sends from now on; without undo time. */
  smtp: (of: Desk, port: number, more?: object) => Promise<void>;
  /** One more inbox of a desk, with a server of its own to send by. */
  inbox: (of: Desk, port: number) => Promise<string>;
  /** Begins a conversation with a customer, as a person does; its id. */
  write: (of: Desk, subject: string, inboxId?: string) => Promise<string>;
  reply: (of: Desk, conversationId: string, text: string) => Promise<string>;
  /** What a desk has written, oldest first. */
  out: (of: Desk) => Promise<Out[]>;
  /** Jobs and reactions as in a running Hearten, until the end. */
  work: () => Promise<void>;
  end: () => Promise<void>;
};

/** A desk whose mail really leaves: every job is done, by a channel that speaks SMTP. */
export async function sendingDesk(): Promise<SendingDesk> {
  const first = await desk();
  const modules = makeModules(first.hearten);
  const { channel } = email(first.hearten);
  const ends: (() => Promise<unknown>)[] = [];
  const look = (): Promise<string> => atWork(first.hearten.db);
  looks.add(look);
  return {
    desk: first,
    channel,
    another: () => first.another(),
    smtp: (of, port, more = {}) =>
      of.tx(async (tx) => {
        const smtp = { host: '127.0.0.1', port, security: 'none', user: '' };
        const settings = JSON.stringify(mailSettings.parse({ smtp, undoSeconds: 0, ...more }));
        await tx.run(
          sql`update inbox set settings = ${settings}::jsonb where workspace_id = ${of.workspaceId} and id = ${of.inboxId}`,
        );
      }),
    inbox: async (of, port) => {
      const id = newId();
      const settings = JSON.stringify(
        mailSettings.parse({ smtp: { host: '127.0.0.1', port, security: 'none', user: '' }, undoSeconds: 0 }),
      );
      await of.tx((tx) =>
        tx.run(sql`
          insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
          select workspace_id, ${id}, id, 'email', 'Another', ${`${id}@northwind.example`}, ${settings}::jsonb from brand where workspace_id = ${of.workspaceId} limit 1`),
      );
      return id;
    },
    write: async (of, subject, inboxId = of.inboxId) => {
      const body = {
        inboxId,
        to: `c${Math.random().toString(36).slice(2)}@example.org`,
        subject,
        text: `Text of ${subject}`,
      };
      const made = await of.tx((tx) => start(tx, () => channel, of.people.lead, body as never));
      return (JSON.parse(made.json) as { message: { id: string } }).message.id;
    },
    reply: async (of, conversationId, text) => {
      const made = await of.tx((tx) => reply(tx, () => channel, of.people.lead, conversationId, { text, quote: true }));
      return (JSON.parse(made.json) as { message: { id: string } }).message.id;
    },
    out: (of) =>
      first.hearten.db.read<Out>(
        of.workspaceId,
        sql`select id, state, state_reason, subject, external_id, attempts from message where workspace_id = ${of.workspaceId} and type = 'out' order by at, id`,
      ),
    work: async () => {
      const { db, log, jobs } = first.hearten;
      ends.push(await jobs.start(db, log, Object.assign({}, ...modules.map((module) => module.jobs ?? {}))));
      ends.push(startReactions(db, log, reactionsOf(modules)));
    },
    end: async () => {
      looks.delete(look);
      for (const end of ends.reverse()) await end();
      await first.end();
    },
  };
}

/** What a desk was at when somebody waited in vain: its jobs, and what its lines to the database do. */
const looks = new Set<() => Promise<string>>();
async function atWork(db: Db): Promise<string> {
  const client = await db.connect();
  try {
    const jobs = await client.query(
      `select t.identifier, j.attempts, j.locked_at is not null as running, extract(epoch from j.run_at - now())::int as due, left(j.last_error, 400) as error
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where j.run_at < now() + interval '2 minutes' order by j.attempts desc, j.id limit 20`,
    );
    const lines = await client.query(
      `select pid, state, wait_event_type as waits, wait_event as at, pg_blocking_pids(pid) as behind, extract(epoch from now() - xact_start)::int as s, left(query, 120) as query
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    return [...lines.rows, ...jobs.rows].map((row) => JSON.stringify(row)).join('\n');
  } finally {
    await client.end();
  }
}

/** A database that is away is told as that. */
const allLooks = (): Promise<string[]> =>
  Promise.all([...looks].map((look) => look().catch((error) => `Nobody could look: ${String(error)}`)));

/** Waits until it holds, and answers how many milliseconds that took. */
export async function waited(holds: () => Promise<boolean> | boolean, within: number): Promise<number> {
  const began = Date.now();
  while (!(await holds())) {
    if (Date.now() - began > within)
      throw new Error(`Not within ${within} ms: ${holds}\n${(await allLooks()).join('\n')}`);
    await sleep(pause(Date.now() - began));
  }
  return Date.now() - began;
}
