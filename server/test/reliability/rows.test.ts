import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../desk.ts';

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| ([AB]\d\d) \| .+? \| (.+) \|$/gm)].map((found) => [
    found[1] as string,
    [...(found[2] as string).matchAll(/`([^`]+)`/g)].map(([, path]) => path as string),
  ]),
);
const wanted = [
  ...Array.from({ length: 18 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`),
  ...Array.from({ length: 10 }, (_, i) => `B${String(i + 1).padStart(2, '0')}`),
];

test('Every row of the catalogue of mail has its place in docs/reliability.md', () => {
  assert.deepEqual([...rows.keys()], wanted);
});

test('Every file that is named for a row has a test whose title begins with it, and one of them runs with npm test', () => {
  const found: string[] = [];
  for (const [row, paths] of rows) {
    if (!paths.some((path) => !path.endsWith('.full.test.ts'))) found.push(`${row}: nothing of it runs with npm test`);
    for (const path of paths) {
      const file = join(root, path);
      const titles = existsSync(file)
        ? [...readFileSync(file, 'utf8').matchAll(/\b(?:it|test)\(\s*['"`]((?:[AB]\d\d )*[AB]\d\d):/g)]
        : [];
      if (!titles.some(([, ids]) => ids?.split(' ').includes(row)))
        found.push(`${row}: ${path} has no test of that name`);
    }
  }
  assert.deepEqual(found, []);
});
