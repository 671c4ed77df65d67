import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const part = { folder: 'web', what: 'the app', sources: ['src'], more: [], configs: ['vite.config.ts'] };
/** As the launcher does it, in a process of its own. */
const build = (builder: string, at: string): Promise<number | null> =>
  new Promise((done) =>
    spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { buildOne } from ${JSON.stringify(join(import.meta.dirname, 'build.mjs'))}; buildOne(${JSON.stringify(builder)}, ${JSON.stringify(part)}, ${JSON.stringify(at)})`,
      ],
      { stdio: 'ignore' },
    ).once('exit', done),
  );

test('The files of the version before stay beside those of a new one, for pages that are still open; older ones go', async () => {
  const at = await mkdtemp(join(tmpdir(), 'hearten-build-'));
  try {
    await mkdir(join(at, 'web/src'), { recursive: true });
    const builder = join(at, 'builder');
    await writeFile(
      builder,
      '#!/bin/sh\nwhile [ "$1" != --outDir ]; do shift; done\nmkdir -p "$2/assets"; cp src/page "$2/assets/page-$(cat src/page).js"\n',
    );
    await chmod(builder, 0o755);
    const built = async (version: string): Promise<string[]> => {
      await writeFile(join(at, 'web/src/page'), version);
      assert.equal(await build(builder, at), 0);
      return (await readdir(join(at, 'web/dist/assets'))).sort();
    };
    assert.deepEqual(await built('1'), ['page-1.js']);
    assert.deepEqual(await built('2'), ['page-1.js', 'page-2.js']);
    assert.deepEqual(await built('3'), ['page-2.js', 'page-3.js']);
    // What is worth it stands there packed, too.
    await writeFile(
      builder,
      '#!/bin/sh\nwhile [ "$1" != --outDir ]; do shift; done\nmkdir -p "$2/assets"; cp src/page "$2/assets/page-4.js"\n',
    );
    const text = 'const lamp = 1;\n'.repeat(100);
    assert.deepEqual(await built(text), ['page-3.js', 'page-4.js', 'page-4.js.br', 'page-4.js.gz']);
    const folder = join(at, 'web/dist/assets');
    assert.equal(gunzipSync(await readFile(join(folder, 'page-4.js.gz'))).toString(), text);
    assert.equal(brotliDecompressSync(await readFile(join(folder, 'page-4.js.br'))).toString(), text);
  } finally {
    await rm(at, { recursive: true, force: true });
  }
});

test('Two processes that are started together, one for each role, build at once and neither spoils the other’s', async () => {
  const at = await mkdtemp(join(tmpdir(), 'hearten-build-'));
  try {
    await mkdir(join(at, 'web/src'), { recursive: true });
    await writeFile(join(at, 'web/src/page.ts'), 'the page');
    await mkdir(join(at, 'web/dist.new.999999999'));
    // Stands for the builder: it takes a moment, and what it writes is whole only at its end.
    const builder = join(at, 'builder');
    await writeFile(
      builder,
      '#!/bin/sh\nfor last; do :; done\nwhile [ "$1" != --outDir ]; do shift; done\nmkdir -p "$2"; echo half > "$2/app.js"; sleep 0.$(($$ % 5 + 1)); echo whole > "$2/app.js"\n',
    );
    await chmod(builder, 0o755);
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => build(builder, at))), [0, 0, 0]);
    assert.equal(await readFile(join(at, 'web/dist/app.js'), 'utf8'), 'whole\n');
    assert.deepEqual((await readdir(join(at, 'web'))).sort(), ['dist', 'src'], 'nothing else is left');
  } finally {
    await rm(at, { recursive: true, force: true });
  }
});
