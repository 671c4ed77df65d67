import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from './db.ts';
import { jobs } from './jobs.ts';
import { naming, speaksOf } from './named.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const spoken = (said: unknown, words: string[]): Promise<boolean> =>
  w.tx(
    async (t) =>
      (await t.first(
        sql`select 1 from (select ${JSON.stringify(said)}::jsonb as data) e where ${speaksOf('lower(e.data::text)', words)}`,
      )) !== undefined,
  );

test('An address is looked for as a whole one: at the ends of lines, in brackets and links, and in no longer address', async () => {
  const bo = ['bo@x.example'];
  for (const said of [
    'bo@x.example',
    { to: 'Bo <BO@X.example>' },
    'To:\nbo@x.example\nand others',
    'It was\t"bo@x.example".',
    'https://shop.example/?email=bo@x.example&page=2',
    'メールはbo@x.exampleです',
    ['ann@y.example', { address: 'bo@x.example' }],
  ])
    assert.equal(await spoken(said, bo), true, JSON.stringify(said));
  for (const said of [
    'jimbo@x.example',
    'jim.bo@x.example',
    'jim+bo@x.example',
    'bo@x.example.org',
    'bo@x.example-shop.de',
    'bo@x.examples',
    'box@x.example',
    'bo@xyexample',
  ])
    assert.equal(await spoken(said, bo), false, said);
  assert.equal(await spoken('a.b+c@d.example', ['a.b+c@d.example']), true);
  assert.equal(await spoken('aab+c@d.example', ['a.b+c@d.example']), false);
});

test('Nothing, a number and a bare word name nobody, whoever asks for them', async () => {
  const id = '019aa000-0000-7000-8000-000000000001';
  const words = ['', ' ', '1', '57', 'anna', '@', 'a@', '+4930123456', id.toUpperCase(), 'A@B.example'];
  assert.deepEqual(naming(words), [id, 'a@b.example']);
  for (const word of words.slice(0, 8)) assert.equal(await spoken({ all: `1 57 anna @ a@ ${word}` }, [word]), false);
  assert.equal(await spoken({ customerId: id }, [id]), true);
  const waiting = async (): Promise<unknown[]> => {
    const client = await w.hearten.db.connect();
    try {
      return (await client.query(`select payload->>'said' as said from graphile_worker._private_jobs order by 1`)).rows;
    } finally {
      await client.end();
    }
  };
  for (const said of ['1', 'bo@x.example', 'jimbo@x.example'])
    await w.tx((t) => jobs.add(t, 'tell', { said }, { at: new Date(Date.now() + 3_600_000) }));
  await w.tx((t) => t.run(sql`select app_forget_jobs(${['', '1', ' ']}::text[])`));
  assert.equal((await waiting()).length, 3, 'nor of those who ask past the code');
  await w.tx((t) => jobs.forget(t, ['', '1', 'bo@x.example']));
  assert.deepEqual(await waiting(), [{ said: '1' }, { said: 'jimbo@x.example' }]);
});
