import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Inbox, Posting as Provider } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { makeModules } from '../src/modules.ts';
import { amazon, mailgunCloud, type Posted, sendgridCloud } from './provider-clouds.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

export let world: World;
export let place: Place;
export let owner: Browser;
export let cloud: Awaited<ReturnType<typeof amazon>>;
export const mailgun = mailgunCloud();
export const sendgrid = sendgridCloud();

/** A desk of a file's own, to which providers post; the clouds are served here. */
export function takesPosted(): void {
  before(async () => {
    cloud = await amazon();
    world = await makeWorld({
      settings: { MAX_MAIL_MB: '1' },
      modules: (hearten) => makeModules(hearten, cloud.outbound),
    });
    place = await world.workspace();
    await world.inside(place, async (tx) => {
      await tx.run(
        sql`insert into brand (workspace_id, id, name) values (${place.id}, ${newId()}, 'Test') on conflict do nothing`,
      );
      await tx.run(sql`insert into counter (workspace_id) values (${place.id}) on conflict do nothing`);
    });
    owner = await world.as(place, 'owner');
  });
  after(async () => {
    await world?.end();
    await cloud?.stop();
  });
}

let made = 0;
/** An inbox of its own, receiving through a provider. */
export async function inbox(provider?: Record<string, unknown>): Promise<Inbox & { once: string | null }> {
  const one = await owner.post<Inbox>('/inboxes', {
    name: 'Support',
    address: `support${++made}@example.com`,
    settings: {},
  });
  assert.equal(one.status, 201, one.text);
  if (!provider) return { ...one.body, once: null };
  const set = await owner.send<{ url: string | null }>('PUT', `/inboxes/${one.body.id}/provider`, provider);
  assert.equal(set.status, 200, set.text);
  return { ...one.body, once: set.body.url };
}
export const post = async (inboxId: string, { path, headers, body }: Posted) => {
  const answer = await world.app.inject({
    method: 'POST',
    url: `/mail/${inboxId}/${path}`,
    headers: { host: 'localhost', ...headers },
    payload: body,
  });
  return { status: answer.statusCode, text: answer.body };
};
export const rows = <Row>(query: ReturnType<typeof sql>) => world.hearten.db.read<Row>(place.id, query);
export const kept = (inboxId: string) =>
  rows<{ source: string; state: string; envelope: { from?: string; to?: string[] }; reason: string }>(
    sql`select source, state, envelope, reason from inbound_mail where workspace_id = ${place.id} and inbox_id = ${inboxId} order by received_at, id`,
  );
export const messages = async (inboxId: string): Promise<number> =>
  (await rows(sql`select 1 from message where workspace_id = ${place.id} and inbox_id = ${inboxId} and type = 'in'`))
    .length;
export const shown = async (inboxId: string): Promise<Provider | null> =>
  (await owner.get<{ provider: Provider | null }>(`/inboxes/${inboxId}/provider`)).body.provider;

let letters = 0;
export const mail = (text = 'Where is my lamp?'): string =>
  `From: Ada <ada@customer.example>\r\nTo: support@example.com\r\nSubject: Lamp ${++letters}\r\nMessage-ID: <l${letters}@customer.example>\r\n\r\n${text}\r\n`;
export const refusal =
  'The signature is missing, wrong or too old, or this inbox takes no posted mail. Nothing was stored.';
export const said = (text: string): string => (JSON.parse(text) as { detail: string }).detail;
export const passwordOf = (url: string | null): [string, string] => {
  const { username, password } = new URL(url ?? '');
  return [username, password];
};
