import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { testConfig } from '../../../test/desk.ts';
import { makeLog } from '../../base/log.ts';
import { placeFinder } from './place.ts';

const folder = await mkdtemp(join(tmpdir(), 'hearten-place-'));
after(() => rm(folder, { recursive: true, force: true }));
const log = makeLog('error');
const finder = (settings: Record<string, string>) => placeFinder({ config: testConfig(settings), log });

type Value = string | number | Value[] | { [key: string]: Value };
/** A value as the data section of a MaxMind database holds it; numbers as 32 bits. */
function data(value: Value): Buffer {
  const head = (type: number, size: number): Buffer =>
    type < 8 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
  if (typeof value === 'string') return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([head(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([head(11, value.length), ...value.map(data)]);
  const all = Object.entries(value);
  return Buffer.concat([head(7, all.length), ...all.flatMap(([key, one]) => [data(key), data(one)])]);
}
/** A database that knows one network of 24 bits, as a tree of one node a bit. */
function database(network: number[], found: Value): Buffer {
  const bits = network.flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map(Number));
  const count = bits.length;
  const tree = Buffer.alloc(count * 6);
  for (const [at, bit] of bits.entries()) {
    tree.writeUIntBE(count, at * 6 + (1 - bit) * 3, 3);
    tree.writeUIntBE(at === count - 1 ? count + 16 : at + 1, at * 6 + bit * 3, 3);
  }
  const about = {
    ...{ node_count: count, record_size: 24, ip_version: 4, database_type: 'Test-City', languages: ['en'] },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, description: { en: 'Test' } },
  };
  return Buffer.concat([
    ...[tree, Buffer.alloc(16), data(found), Buffer.from('abcdef', 'hex'), Buffer.from('MaxMind.com'), data(about)],
  ]);
}

test('A place comes from the headers of a trusted proxy, else from a database of this machine, else from nowhere', async () => {
  const path = join(folder, 'places.mmdb');
  await writeFile(path, database([203, 0, 113], { country: { iso_code: 'PT' }, city: { names: { en: 'Lisbon' } } }));
  const [nowhere, lisbon] = [
    { country: '', city: '' },
    { country: 'PT', city: 'Lisbon' },
  ];
  const from = finder({ PLACE_DATABASE: path, TRUST_PROXY: '1' });
  assert.deepEqual(from({ headers: {}, ip: '203.0.113.9' }), lisbon);
  for (const ip of ['198.51.100.1', '::1', 'no address']) assert.deepEqual(from({ headers: {}, ip }), nowhere, ip);
  const said = { 'cf-ipcountry': 'JP', 'cf-ipcity': 'Kyoto' };
  assert.deepEqual(from({ headers: said, ip: '203.0.113.9' }), { country: 'JP', city: 'Kyoto' });
  assert.deepEqual(
    finder({ PLACE_DATABASE: path })({ headers: said, ip: '203.0.113.9' }),
    lisbon,
    'no proxy is trusted',
  );
  const own = finder({ TRUST_PROXY: '1', PLACE_HEADERS: 'X-My-Country' });
  assert.deepEqual(own({ headers: { ...said, 'x-my-country': 'ch' }, ip: '' }), { country: 'CH', city: '' });
  assert.deepEqual(own({ headers: { 'x-my-country': 'Switzerland' }, ip: '' }), nowhere);
});

test('A database that cannot be read leaves visitors without a place, and the desk goes on', async () => {
  const path = join(folder, 'broken.mmdb');
  await writeFile(path, 'this is no database');
  for (const one of [path, join(folder, 'missing.mmdb')])
    assert.deepEqual(finder({ PLACE_DATABASE: one })({ headers: {}, ip: '203.0.113.9' }), { country: '', city: '' });
});
