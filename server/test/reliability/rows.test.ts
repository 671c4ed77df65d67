import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../desk.ts';

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| ([A-DFGO]\d\d) \| .+? \| (.+) \|$/gm)].map((found) => [
    found[1] as string,
    [...(found[2] as string).matchAll(/`([^`]+)`/g)].map(([, path]) => path as string),
  ]),
);
const wanted = [
  ...Array.from({ length: 18 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`),
  ...Array.from({ length: 10 }, (_, i) => `B${String(i + 1).padStart(2, '0')}`),
  ...Array.from({ length: 5 }, (_, i) => `F${String(i + 1).padStart(2, '0')}`),
  ...Array.from({ length: 6 }, (_, i) => `G${String(i + 1).padStart(2, '0')}`),
  ...[
    'C01',
    'C02',
    'C03',
    'C04',
    'C05',
    'C06',
    'C07',
    'C08',
    'C09',
    'C10',
    'C11',
    'C12',
    'D01',
    'D02',
    'D03',
    'D04',
    'D05',
    'D06',
    'D07',
    'D08',
    'G07',
    'O01',
    'O02',
    'O03',
    'O04',
    'O05',
    'O06',
    'O07',
    'O08',
    'O11',
  ],
];

test('Every row of the catalogue has its place in docs/reliability.md', () => {
  assert.deepEqual([...rows.keys()], wanted);
});

test('Every file that is named for a row has a test whose title begins with it, and one of them runs with npm test', () => {
  const found: string[] = [];
  for (const [row, paths] of rows) {
    if (!paths.some((path) => !path.endsWith('.full.test.ts'))) found.push(`${row}: nothing of it runs with npm test`);
    for (const path of paths) {
      const file = join(root, path);
      const titles = existsSync(file)
        ? [...readFileSync(file, 'utf8').matchAll(/\b(?:it|test)\(\s*['"`]((?:[A-DFGO]\d\d )*[A-DFGO]\d\d):/g)]
        : [];
      if (!titles.some(([, ids]) => ids?.split(' ').includes(row)))
        found.push(`${row}: ${path} has no test of that name`);
    }
  }
  assert.deepEqual(found, []);
});
