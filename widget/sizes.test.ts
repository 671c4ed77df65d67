import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const root = resolve(import.meta.dirname, '..');

test('The script on a page weighs at most 4 kB, all that an open chat loads at most 25 kB, and browsers of 2022 can read it', () => {
  const { status } = spawnSync(process.execPath, [join(root, 'launch/prepare.mjs')], { stdio: ['ignore', 2, 2] });
  assert.equal(status, 0, 'the widget could not be built');
  const dist = join(root, 'widget/dist');
  const kb = (name: string): number => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length / 1000;
  const names = readdirSync(dist).filter((name) => /\.(js|css)$/.test(name));
  const words = names.filter((name) => /^[a-z]{2}-/.test(name));
  const loader = kb('loader.js');
  // Of the languages one is loaded: the heaviest counts.
  const all =
    names.filter((name) => !words.includes(name)).reduce((sum, name) => sum + kb(name), 0) + Math.max(...words.map(kb));
  assert.ok(names.length >= 8 && loader > 1, 'nothing was weighed');
  assert.ok(loader <= 4, `the loader weighs ${loader.toFixed(1)} kB`);
  assert.ok(all <= 25, `everything weighs ${all.toFixed(1)} kB`);
  // A look behind in a regular expression: Safari before 16.4 reads nothing of a script that holds one.
  for (const name of names) assert.ok(!/\(\?<[=!]/.test(readFileSync(join(dist, name), 'utf8')), name);
});
