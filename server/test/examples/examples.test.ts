import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import { founding, makeModules } from '../../src/modules.ts';
import { makeWorld, type World } from '../world.ts';
import { type Example, recordAll, told } from './record.ts';

const file = join(import.meta.dirname, '../../../contract/examples.json');
let world: World;
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
});
after(() => world.end());

test('Every endpoint has an example in the story', () => {
  assert.deepEqual(
    Object.keys(endpoints).filter((key) => !told.some((one) => one === key)),
    [],
    'say how it is called in server/test/examples/',
  );
});

test('The examples of the reference are what a desk really answers, each as its contract says', async () => {
  const examples = await recordAll(world);
  if (process.env.EXAMPLES === 'write') writeFileSync(file, `${JSON.stringify(examples, null, 2)}\n`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Example>;
  for (const [key, example] of Object.entries(examples))
    assert.deepEqual(example, kept[key], `${key} answers otherwise now: npm run examples writes what it answers`);
  assert.deepEqual(Object.keys(kept), Object.keys(examples), 'npm run examples');
});
