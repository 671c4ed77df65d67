import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Manifest, sizesOf, weigh } from './sizes.ts';
import { targets } from './targets.ts';

test('The shell is what the page names and all that imports; a lazy part is what it adds to that, counted once', () => {
  const manifest: Manifest = {
    'index.html': {
      file: 'assets/a.js',
      imports: ['_lib'],
      dynamicImports: ['src/One.tsx', 'src/Two.tsx'],
      css: ['a.css'],
    },
    _lib: { file: 'lib.js', imports: ['_deep'] },
    _deep: { file: 'deep.js' },
    'src/One.tsx': { file: 'one.js', imports: ['_lib', '_shared'] },
    'src/Two.tsx': { file: 'two.js', imports: ['_shared'], dynamicImports: ['src/editor/Rich.tsx'] },
    'src/editor/Rich.tsx': { file: 'rich.js', imports: ['_shared'] },
    _shared: { file: 'shared.js' },
    'virtual:words/en': { file: 'en.js' },
    'virtual:words/de': { file: 'de.js' },
  };
  const bytes: Record<string, number> = { 'rich.js': 90_000, 'shared.js': 500, 'a.css': 4_000 };
  const { shellJs, shellCss, lazy, editor } = sizesOf(
    manifest,
    '<script src="/assets/a.js">',
    (file) => bytes[file] ?? 1_000,
  );
  assert.equal(shellJs, 4, 'entry, its imports, the words it waits for');
  assert.equal(shellCss, 4);
  assert.deepEqual(
    lazy.map(({ name, kb }) => [name, kb]),
    [
      ['src/One.tsx', 1.5],
      ['src/Two.tsx', 1.5],
    ],
  );
  assert.deepEqual(
    editor.map(({ name, kb }) => [name, kb]),
    [['src/editor/Rich.tsx', 90.5]],
  );
});

test('The app stays within what a browser may have to load: shell, styles, editor, every other part', () => {
  const { shellJs, shellCss, editor, lazy } = weigh();
  const gates = targets.sizes as Record<string, { max: number }>;
  const within = (kb: number, gate: string, what: string) =>
    assert.ok(
      kb <= (gates[gate]?.max ?? 0),
      `${what} weighs ${kb.toFixed(1)} kB, and may weigh ${gates[gate]?.max}: npm run -s bench -- sizes`,
    );
  assert.ok(shellJs > 100, 'nothing was weighed');
  within(shellJs, 'shell_js_kb', 'The shell');
  within(shellCss, 'shell_css_kb', 'The style of the shell');
  for (const { name, kb } of editor) within(kb, 'editor_kb', name);
  for (const { name, kb } of lazy) within(kb, 'largest_route_kb', name);
});
