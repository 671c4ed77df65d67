import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Role } from '@hearten/contract';
import { type Config, readConfig } from '../src/base/config.ts';
import { NOWHERE, openDb, sql, type Tx } from '../src/base/db.ts';
import { openFiles } from '../src/base/files.ts';
import { newId } from '../src/base/ids.ts';
import { jobs } from '../src/base/jobs.ts';
import { makeLive } from '../src/base/live.ts';
import { makeLog } from '../src/base/log.ts';
import type { Hearten, Who } from '../src/base/module.ts';
import { hash, makeSeal } from '../src/base/seal.ts';
import { oursAmong } from '../src/channels/email/address.ts';
import { type Channel, foundConversations, type Incoming, type Received, receive } from '../src/conversations/index.ts';
import { foundCustomers } from '../src/customers/index.ts';
import { mayFrom, permissionsOf } from '../src/team/index.ts';
import { testDatabase } from './database.ts';

export const root = resolve(import.meta.dirname, '../..');
export function testConfig(more: Record<string, string> = {}): Config {
  const read = readConfig(
    { PORT: '0', SECRET_KEY: 'a secret key that is used in tests alone', LOG_LEVEL: 'error', ...more },
    root,
  );
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  return read.config;
}

export type Desk = {
  hearten: Hearten;
  workspaceId: string;
  inboxId: string;
  inboxAddress: string;
  people: Record<Role, Who>;
  tx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** A mail as the channel would hand it in. */
  mail: (more?: Partial<Incoming>) => Incoming;
  receive: (...mails: Partial<Incoming>[]) => Promise<Received[]>;
  /** A second workspace in the same database, to look for holes between the two. */
  another: () => Promise<Desk>;
  /** When the job of this key is to run; undefined when there is none. */
  jobAt: (key: string) => Promise<string | undefined>;
  end: () => Promise<void>;
};

const roles: Role[] = ['owner', 'manager', 'lead', 'representative', 'specialist', 'viewer'];

/** A fresh database with one workspace, a person of every role and an inbox. */
export async function desk(more: Record<string, string> = {}): Promise<Desk> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-world-'));
  const config = { ...testConfig(more), DATA_DIR: folder };
  const files = await openFiles(join(folder, 'files'));
  const db = openDb(database.url, { max: 8 });
  const hearten: Hearten = {
    config,
    db,
    files,
    jobs,
    live: makeLive(),
    log: makeLog('error'),
    seal: makeSeal(config.SECRET_KEY ?? ''),
  };
  return workspace(hearten, async () => {
    await hearten.live.close();
    await files.close();
    await db.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
}

async function workspace(hearten: Hearten, end: () => Promise<void>): Promise<Desk> {
  const { db } = hearten;
  const workspaceId = newId();
  const inboxId = newId();
  const inboxAddress = `support-${workspaceId.slice(-6)}@northwind.example`;
  const people = {} as Record<Role, Who>;
  await db.tx(NOWHERE, (tx) =>
    tx.run(sql`insert into workspace (id, name) values (${workspaceId}, 'Northwind Lamps')`),
  );
  await db.tx(workspaceId, async (tx) => {
    await foundCustomers(tx, 'Northwind Lamps');
    await foundConversations(tx);
    for (const role of roles) {
      const [id, accountId] = [newId(), newId()];
      const email = `${role}-${workspaceId.slice(-6)}@northwind.example`;
      await tx.run(sql`insert into account (id, email) values (${accountId}, ${email})`);
      await tx.run(
        sql`insert into person (workspace_id, id, account_id, name, email, role) values (${workspaceId}, ${id}, ${accountId}, ${`The ${role}`}, ${email}, ${role})`,
      );
      people[role] = {
        workspaceId,
        kind: 'person',
        id,
        accountId,
        sessionId: newId(),
        role,
        csrf: 'test',
        may: mayFrom(permissionsOf(role)),
      };
    }
    await tx.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${workspaceId}, ${inboxId}, id, 'email', 'Support', ${inboxAddress}, '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${workspaceId}`);
  });
  let counter = 0;
  const mail = (given: Partial<Incoming> = {}): Incoming => {
    counter++;
    const externalId = given.externalId === undefined ? `<mail-${counter}@${workspaceId}.example>` : given.externalId;
    const text = given.text ?? `Message number ${counter}: my lamp does not light up.`;
    return {
      id: newId(),
      inboxId,
      channel: 'email',
      externalId,
      inReplyTo: null,
      references: [],
      token: null,
      from: { address: `customer${counter}@example.org`, name: `Customer ${counter}` },
      forwarded: null,
      replyTo: null,
      to: [{ address: inboxAddress, name: '' }],
      cc: [],
      subject: `Question ${counter}`,
      text,
      quote: '',
      hasHtml: false,
      attachments: [],
      kind: 'message',
      automatic: false,
      language: null,
      bounce: null,
      awayUntil: null,
      thanks: false,
      signs: [],
      authentication: null,
      parsed: null,
      rawHash: null,
      dedupe: hash(`${externalId}\n${text}`),
      receivedAt: new Date().toISOString(),
      historic: false,
      ...given,
    };
  };
  const tx = <T>(work: (t: Tx) => Promise<T>): Promise<T> => db.tx(workspaceId, work);
  return {
    hearten,
    workspaceId,
    inboxId,
    inboxAddress,
    people,
    tx,
    mail,
    receive: (...mails) => tx((t) => receive(t, mails.map(mail))),
    jobAt: async (key) => {
      const client = await db.connect();
      try {
        const sought = [`${workspaceId}:${key}`];
        return (await client.query('select run_at from graphile_worker.jobs where key = $1', sought)).rows[0]?.run_at;
      } finally {
        await client.end();
      }
    },
    another: () => workspace(hearten, async () => undefined),
    end,
  };
}

/** A channel that keeps what it was asked to send. */
export function keepingChannel(
  undo = 0,
): Channel & { sent: Parameters<Channel['send']>[0][]; answer: () => Promise<{ response: string }> } {
  const channel = {
    name: 'email',
    inboxes: 'email',
    settings: {} as Channel['settings'],
    can: { html: true, files: true, cc: true, maxLength: 500_000, maxBytes: 25_000_000 },
    ours: oursAmong,
    file: async () => ({ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('A file.') }),
    passable: async () => ({ html: '<p>As it looked.</p>', designed: false, pictures: [] }),
    undoSeconds: () => undo,
    externalId: (id: string) => `<${id}@northwind.example>`,
    sent: [] as Parameters<Channel['send']>[0][],
    answer: async () => ({ response: '250 ok' }),
    send: async (message: Parameters<Channel['send']>[0], _inbox: unknown, check: () => Promise<void>) => {
      await check();
      const out = await channel.answer();
      channel.sent.push(message);
      return out;
    },
  };
  return channel;
}
