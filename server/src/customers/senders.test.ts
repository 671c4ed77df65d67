import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { addSender, ensureSender, forgetSender, type List, listSenders, removeSender } from './senders.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const add = (list: List, pattern: string) => w.tx((t) => addSender(t, w.people.lead, list, pattern));
const on = async (list: List, sought?: string): Promise<string[]> =>
  (await w.tx((t) => listSenders(t, list, sought))).map((one) => one.pattern);
const events = async (): Promise<string[]> =>
  (
    await w.tx((t) =>
      t.many<{ name: string }>(
        sql`select name from event where workspace_id = ${w.workspaceId} and name like 'sender.%' order by id`,
      ),
    )
  ).map((row) => row.name);

test('an address or a domain is put on a list by somebody, once, as it is compared', async () => {
  const made = await add('blocked', ' WIN@Prizes.Example ');
  assert.deepEqual([made.pattern, made.by], ['win@prizes.example', w.people.lead.id]);
  assert.equal((await add('blocked', 'casino.example')).pattern, '@casino.example');
  await assert.rejects(add('blocked', '@casino.example'), /blocked already/);
  assert.deepEqual(await on('blocked', 'CASINO'), ['@casino.example']);
  assert.deepEqual(await on('blocked', 'nobody'), []);
});

test('who is allowed is no longer blocked, and the other way round; the last word counts', async () => {
  await add('blocked', 'claire@both.example');
  await add('allowed', 'claire@both.example');
  assert.deepEqual([await on('blocked', 'both'), await on('allowed', 'both')], [[], ['claire@both.example']]);
  await add('blocked', 'claire@both.example');
  assert.deepEqual([await on('blocked', 'both'), await on('allowed', 'both')], [['claire@both.example'], []]);
});

test('a domain that gives addresses to everyone is not allowed as a whole, but may be blocked', async () => {
  await assert.rejects(add('allowed', 'gmail.com'), /gives addresses to everyone/);
  assert.equal((await add('allowed', 'one@gmail.com')).pattern, 'one@gmail.com');
  await w.tx(async (t) =>
    removeSender(t, w.people.lead, 'blocked', (await addSender(t, w.people.lead, 'blocked', 'qq.com')).id),
  );
});

test('a word about a sender is said once and taken back whole, and each change is told', async () => {
  const before = (await events()).length;
  for (let i = 0; i < 2; i++) await w.tx((t) => ensureSender(t, w.people.lead, 'allowed', '@house.example'));
  await w.tx((t) => forgetSender(t, w.people.lead, 'allowed', 'someone@house.example'));
  await w.tx((t) => forgetSender(t, w.people.lead, 'allowed', 'someone@house.example'));
  assert.deepEqual((await events()).slice(before), ['sender.allowed', 'sender.unallowed']);
  assert.deepEqual(await on('allowed', 'house'), []);
});
