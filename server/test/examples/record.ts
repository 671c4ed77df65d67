import assert from 'node:assert/strict';
import { type Endpoint, endpoints, type Key } from '@hearten/contract';
import { sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { setupLink } from '../../src/team/set-up.ts';
import { makeSide, type Side } from '../side.ts';
import { type Answer, type Browser, makeWorld, type World } from '../world.ts';
import type { Before, Call } from './calls.ts';
import { conversationCalls } from './conversations.ts';
import { customerCalls } from './customers.ts';
import { lastCalls, peopleCalls } from './people.ts';
import { steady } from './steady.ts';

/** As it stands in the reference: what was asked, and what came back. */
export type Example = {
  /** Who asks: an API key, a person at a screen with a session, or anyone. */
  by: 'key' | 'session' | 'anyone';
  path: string;
  body?: unknown;
  status: number;
  answer: unknown;
};
type Told = (s: Side, before: Before) => Call<never>;
// Conversations last: what is deleted there is seen before.
const story = { ...peopleCalls, ...customerCalls, ...conversationCalls, ...lastCalls } as unknown as Record<Key, Told>;
export const told = Object.keys(story) as Key[];

export function addressOf(key: Key, params: Record<string, string> = {}, query: Record<string, unknown> = {}): string {
  const path = (key.split(' ')[1] as string).replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return path + (search && `?${search}`);
}

/** Asks every endpoint once, on a desk of its own where everything is there, and keeps how it went. */
export async function recordAll(world: World): Promise<Record<string, Example>> {
  const side = await makeSide(world, 'aurora');
  const answers = new Map<Key, unknown>();
  const before: Before = <T>(key: Key) => answers.get(key) as T;
  const empty = await makeWorld();
  const examples: Record<string, Example> = {};
  const make = steady();
  try {
    answers.set('GET /setup', await setupLink(empty.hearten));
    answers.set('POST /quarantine/:id/ignore', await anotherInQuarantine(world, side));
    for (const key of told) {
      const call = story[key](side, before) as Call<'PATCH /people/:id'>;
      const [method] = key.split(' ') as [string];
      const path = addressOf(key, call.params, call.query);
      const answer = await send(world, empty, side, call, method, path);
      assert.equal(answer.status, call.status ?? (endpoints[key] as Endpoint).status ?? 200, `${key}: ${answer.text}`);
      if (key !== 'GET /setup') answers.set(key, answer.body);
      const by = call.as === undefined ? 'key' : ['nobody', 'new desk'].includes(call.as) ? 'anyone' : 'session';
      examples[key] = make({
        by,
        path: `/api/v1${path}`,
        ...(call.body === undefined ? {} : { body: call.body }),
        status: answer.status,
        answer: answer.body,
      });
    }
  } finally {
    await empty.end();
  }
  return examples;
}

async function send(
  world: World,
  empty: World,
  side: Side,
  { as, body }: Call<'PATCH /people/:id'>,
  method: string,
  path: string,
): Promise<Answer> {
  const by = await whoIs(world, empty, side, as);
  const headers: Record<string, string> = as === undefined ? { authorization: `Bearer ${side.token}` } : {};
  return by.send(method, path, method === 'GET' ? undefined : (body ?? {}), headers);
}

function whoIs(world: World, empty: World, side: Side, as: Call<never>['as']): Promise<Browser> | Browser {
  if (as === undefined || as === 'nobody') return world.browser();
  return as === 'new desk' ? empty.browser() : as === 'owner' ? side.owner : world.as(side.place, as);
}

async function anotherInQuarantine(world: World, side: Side): Promise<string> {
  const id = newId();
  await world.inside(side.place, (tx) =>
    tx.run(sql`
      insert into inbound_mail (workspace_id, id, inbox_id, source, state, reason, sender, subject, size, raw_hash)
      select workspace_id, ${id}, inbox_id, source, state, reason, sender, subject, size, raw_hash from inbound_mail
      where workspace_id = ${side.place.id} and id = ${side.quarantined}`),
  );
  return id;
}
