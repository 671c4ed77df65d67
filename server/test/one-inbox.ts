import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Inbox } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import type { Module } from '../src/base/module.ts';
import { arrive } from '../src/channels/email/arrive.ts';
import type { Raw } from '../src/channels/email/incoming.ts';
import { makeModules } from '../src/modules.ts';
import { type Sink, smtpSink } from './mail.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

export let world: World;
export let place: Place;
export let owner: Browser;
export let sink: Sink;
export let inbox: Inbox;
export let modules: Module[];

/** A desk of a file's own with one inbox, which sends over a server that is there. */
export function withOneInbox(): void {
  before(async () => {
    sink = await smtpSink({ user: 'support@example.com', password: 'open sesame' });
    world = await makeWorld({
      settings: { MAX_MAIL_MB: '1' },
      modules: (hearten) => {
        modules = makeModules(hearten);
        return modules;
      },
    });
    place = await world.workspace();
    await world.inside(place, async (tx) => {
      if (!(await tx.first(sql`select 1 from brand where workspace_id = ${place.id}`)))
        await tx.run(sql`insert into brand (workspace_id, id, name) values (${place.id}, ${newId()}, 'Test')`);
      await tx.run(sql`insert into counter (workspace_id) values (${place.id}) on conflict do nothing`);
    });
    owner = await world.as(place, 'owner');
    const made = await owner.post<Inbox>('/inboxes', {
      name: 'Support',
      address: 'support@example.com',
      settings: {
        smtp: {
          host: sink.host,
          port: sink.port,
          security: 'none',
          user: 'support@example.com',
          password: 'open sesame',
        },
        acknowledge: true,
      },
    });
    assert.equal(made.status, 201, made.text);
    inbox = made.body;
  });
  after(async () => {
    await sink?.stop();
    await world?.end();
  });
}

export const raw = (bytes: Buffer | string, more: Partial<Raw> = {}): Raw => ({
  id: newId(),
  inboxId: inbox.id,
  source: 'smtp',
  bytes: Buffer.from(bytes),
  size: bytes.length,
  receivedAt: new Date().toISOString(),
  historic: false,
  folder: '',
  uidvalidity: null,
  uid: null,
  envelope: {},
  stub: null,
  ...more,
});
export const take = async (bytes: Buffer | string, more: Partial<Raw> = {}): Promise<string> => {
  const one = raw(bytes, more);
  await arrive(world.hearten, place.id, [one]);
  return one.id;
};
export const rows = <Row>(query: ReturnType<typeof sql>) => world.hearten.db.read<Row>(place.id, query);
export const file = (url: string, cookie = owner.cookie) =>
  world.app.inject({
    method: 'GET',
    url,
    headers: { host: 'localhost', ...(cookie ? { cookie: `__Host-hearten=${cookie}` } : {}) },
  });
