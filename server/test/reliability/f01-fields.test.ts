import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import type { Schedule } from '@hearten/contract';
import { makeOutbound } from '../../src/base/outbound.ts';
import { lookAtCalendar } from '../../src/hours/calendars.ts';
import { founding, makeModules } from '../../src/modules.ts';
import { inside } from '../inside.ts';
import { type Browser, makeWorld, type World } from '../world.ts';

type At = { world: World; owner: Browser; workspaceId: string };
let shut: At;
/** One that may ask this machine: what shows that each field asks at all. */
let allowed: At;
let canary: Server;
let port = 0;
let knocks = 0;
async function at(settings: Record<string, string>): Promise<At> {
  const world = await makeWorld({
    modules: makeModules,
    founding,
    settings: { DNS_SERVERS: '127.0.0.1:9', ...settings },
  });
  const place = await world.workspace();
  return { world, owner: await world.as(place, 'owner'), workspaceId: place.id };
}
before(async () => {
  shut = await at({});
  allowed = await at({ OUTBOUND_ALLOW: '127.0.0.1' });
  canary = createServer((socket) => {
    knocks++;
    socket.destroy();
  });
  // On every address of this machine, of both kinds.
  await new Promise<void>((open) => canary.listen(0, '::', open));
  ({ port } = canary.address() as AddressInfo);
});
after(async () => {
  canary.close();
  await shut.world.end();
  await allowed.world.end();
});

/** Each place where a person types an address that Hearten then asks; it answers with the status, and what it was told. */
const fields: Record<string, (at: At, url: string) => Promise<{ status: number; text: string }>> = {
  'a company’s website': ({ owner }, url) => owner.post('/brand/look', { site: url }),
  'a webhook, tried': async ({ owner }, url) => {
    const made = await owner.post<{ id: string }>('/webhooks', { address: url });
    if (made.status >= 300) return made;
    const tried = await owner.post<{ status: number | null }>(`/webhooks/${made.body.id}/test`);
    assert.ok(!tried.body.status, `${url} answered: ${tried.text}`);
    return { status: 400, text: tried.text };
  },
  'a provider of sign-ins': ({ owner }, url) =>
    owner.post('/sign-in-providers', {
      name: 'x',
      clientId: 'x',
      domains: [],
      creates: false,
      trusted: false,
      role: 'viewer',
      claim: '',
      roles: [],
      issuer: url.replace('http:', 'https:'),
    }),
  'a browser that is told by push': async ({ owner }, url) => {
    const keys = createECDH('prime256v1');
    const made = await owner.post<{ browsers: { id: string; current: boolean }[] }>('/notifications/browsers', {
      endpoint: url,
      p256dh: keys.generateKeys('base64url'),
      auth: randomBytes(16).toString('base64url'),
    });
    const id = made.body.browsers?.[0]?.id;
    return id ? owner.post(`/notifications/browsers/${id}/try`) : made;
  },
  'a picture in a mail': async ({ world }, url) => {
    const signature = encodeURIComponent(world.hearten.seal.sign('image', url));
    const path = `/files/images?u=${encodeURIComponent(url)}&s=${signature}`;
    const answer = await world.app.inject({ method: 'GET', url: path, headers: { host: 'localhost' } });
    return { status: answer.statusCode, text: answer.body };
  },
  'a calendar of holidays': async ({ world, owner, workspaceId }, url) => {
    const { items } = (await owner.get<{ items: Schedule[] }>('/hours')).body;
    const { id } = items[0] ?? (await owner.post<Schedule>('/hours', { name: 'Usual' })).body;
    const path = `/hours/${id}`;
    const added = await owner.post<Schedule>(`${path}/calendars`, { name: 'x', address: url });
    if (added.status >= 300) return added;
    const [calendar] = added.body.calendars;
    await lookAtCalendar(world.hearten, makeOutbound(world.hearten.config.OUTBOUND_ALLOW))(
      { workspaceId, calendarId: calendar?.id },
      { number: 1, last: true },
    );
    const [seen] = (await owner.get<Schedule>(path)).body.calendars;
    await owner.send('DELETE', `${path}/calendars/${calendar?.id}`);
    assert.ok(seen?.trouble, `${url} was read`);
    return { status: 400, text: seen.trouble };
  },
};

for (const [name, ask] of Object.entries(fields))
  test(`F01: ${name}: none of ${inside.length} ways to write an address inside is followed`, async () => {
    for (const host of inside) {
      const { status, text } = await ask(shut, `http://${host}:${port}/`);
      assert.ok(status >= 400, `${host}: ${status} ${text}`);
    }
    assert.equal(knocks, 0, 'somebody knocked at a door inside');
    await ask(allowed, `http://127.0.0.1:${port}/`);
    // What a stranger writes into a mail leads nowhere inside, even where people of the desk may.
    if (name === 'a picture in a mail') assert.equal(knocks, 0);
    else assert.ok(knocks > 0, 'where it is allowed it is asked');
    knocks = 0;
  });
