import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const root = resolve(import.meta.dirname, '..');
const home = join(root, 'widget/package');
let folder: string;
before(() => {
  const { status } = spawnSync(process.execPath, [join(root, 'launch/prepare.mjs')], { stdio: ['ignore', 2, 2] });
  assert.equal(status, 0, 'the package could not be built');
  // Somebody else's project, in which it is installed by its name.
  folder = mkdtempSync(join(tmpdir(), 'hearten-package-'));
  mkdirSync(join(folder, 'node_modules/@hearten'), { recursive: true });
  symlinkSync(home, join(folder, 'node_modules/@hearten/widget'));
  for (const name of ['react', 'react-dom', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
after(() => rmSync(folder, { recursive: true, force: true }));

const readme = readFileSync(join(home, 'README.md'), 'utf8');
const shown = (kind: string): string => new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';

/** The lines of a program that the compiler refuses. */
function wrongIn(name: string, text: string): number[] {
  writeFileSync(join(folder, name), text);
  const config = {
    compilerOptions: {
      ...{ strict: true, noEmit: true, module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom'], jsx: 'react-jsx' },
      ...{ types: ['react'], exactOptionalPropertyTypes: true },
    },
    files: [name],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' });
  const found = [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error/gm)];
  assert.deepEqual(
    found.filter((one) => one[1] !== name),
    [],
    stdout,
  );
  return [...new Set(found.map((one) => Number(one[2])))];
}

test('What the readme shows is right by the types, and what they don’t know is refused', () => {
  assert.deepEqual(wrongIn('page.ts', shown('js')), []);
  assert.deepEqual(wrongIn('page.tsx', shown('jsx')), []);
  const lines: [text: string, right: boolean][] = [
    ["import * as chat from '@hearten/widget';", true],
    ["import { HeartenProvider, useHearten } from '@hearten/widget/react';", true],
    ["chat.hearten({ desk: 'https://d.example', app_id: 'x', user_jwt: null, z_index: 9, alignment: 'left' });", true],
    ["chat.hearten({ app_id: 'x' });", false],
    ["chat.hearten({ desk: 'https://d.example', app_id: 'x', user_id: 'u-1' });", false], // nobody would believe it
    ["chat.boot({ locale: 'pt-BR', custom_launcher_selector: '.help', horizontal_padding: 12 });", true],
    ["chat.update({ alignment: 'middle' });", false],
    ["chat.update({ hide_default_launcher: 'yes' });", false],
    ["chat.show({ context: { order: 'A-17', total: 12.5, paid: true, coupon: null } });", true],
    ['chat.show({ context: { order: { id: 1 } } });', false],
    ["chat.trackEvent('ordered', { total: 12 });", true],
    ['chat.trackEvent();', false],
    ['const off: () => void = chat.onUnreadCountChange((count: number) => void count.toFixed());', true],
    ['chat.onUnreadCountChange((count: string) => void count);', false],
    ["chat.on('unread', (count) => void count.toFixed());", true],
    ["chat.on('closed', () => undefined);", false],
    ["chat.on('show', (count: number) => void count);", false],
    ['chat.showNewMessage(7);', false],
    ['const { open, unread }: { open: boolean; unread: number } = useHearten();', true],
    [
      'export const good = <HeartenProvider desk="https://d.example" app_id="x" locale="de">{unread}</HeartenProvider>;',
      true,
    ],
    ['export const bad = <HeartenProvider app_id="x">{String(open)}{String(off)}</HeartenProvider>;', false],
  ];
  const wrong = lines.flatMap(([, right], i) => (right ? [] : [i + 1]));
  assert.deepEqual(wrongIn('all.tsx', lines.map(([text]) => text).join('\n')), wrong);
});

test('Each call of the script is a function of the package', () => {
  const loader = readFileSync(join(root, 'widget/src/loader/index.ts'), 'utf8');
  const calls = /^const calls\b[\s\S]*?^\};/m.exec(loader)?.[0] ?? '';
  const names = [...calls.matchAll(/^ {2}([a-z]\w+)[,:]/gm)].map((found) => found[1] as string);
  const program = readFileSync(join(home, 'index.ts'), 'utf8');
  const given = [...program.matchAll(/^export (?:const|function) (\w+)/gm)].map((found) => found[1]);
  assert.ok(names.length >= 12, calls);
  assert.deepEqual(
    names.filter((name) => !given.includes(name)),
    [],
  );
});

test('On a server it does nothing and breaks nothing, React’s included', () => {
  const program = `
    import { boot, hearten, on, onUnreadCountChange, show, shutdown, trackEvent, update } from '@hearten/widget';
    import { HeartenProvider, useHearten } from '@hearten/widget/react';
    import { createElement as h } from 'react';
    import { renderToString } from 'react-dom/server';
    const place = { desk: 'https://desk.example', app_id: 'x' };
    hearten(place); boot(); update({ locale: 'de' }); show(); trackEvent('x'); shutdown();
    onUnreadCountChange(() => { throw new Error('told'); })(); on('ready', () => {})();
    const Help = () => h('b', null, JSON.stringify(useHearten()));
    console.log(renderToString(h(HeartenProvider, place, h(Help))), Object.keys(globalThis).includes('Hearten'));`;
  writeFileSync(join(folder, 'server.mjs'), program);
  const how = { cwd: folder, encoding: 'utf8' } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['server.mjs'], how);
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), '<b>{&quot;open&quot;:false,&quot;unread&quot;:0}</b> false');
});

test('The package depends on nothing and weighs at most 1.2 kB, with React’s part 1.5', () => {
  const { dependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  assert.deepEqual([dependencies, peerDependenciesMeta], [undefined, { react: { optional: true } }]);
  const [page, react] = ['index', 'react'].map((name) => gzipSync(readFileSync(join(home, `dist/${name}.js`))).length);
  assert.ok((page ?? 9e9) <= 1_200, `${page} bytes`);
  assert.ok((page ?? 9e9) + (react ?? 9e9) <= 1_500, `${page} and ${react} bytes`);
});
