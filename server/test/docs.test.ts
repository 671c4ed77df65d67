import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { endpoints } from '@hearten/contract';
import { settings } from '../src/base/config.ts';
import { besides } from '../src/base/openapi-beside.ts';

// Documents say what is so. A machine can't hold all of that, but what it can hold it does.

const root = resolve(import.meta.dirname, '../..');
type Page = { path: string; text: string };
const pages: Page[] = globSync(['*.md', 'docs/**/*.md'], { cwd: root })
  .sort()
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }));
const page = (path: string): string => pages.find((one) => one.path === path)?.text ?? '';
const none = (found: string[], rule: string): void => assert.deepEqual(found, [], `${rule}\n  ${found.join('\n  ')}\n`);

/** The address a heading gets, as those who show Markdown make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map((found) => anchor(found[1] as string));

test('The documents that people look for are there', () => {
  none(
    [
      ...['README.md', 'ARCHITECTURE.md', 'STYLE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE'],
      ...['one-message', 'add-a-feature', 'add-a-channel', 'configuration', 'api', 'production'].map(
        (name) => `docs/${name}.md`,
      ),
    ].filter((path) => !existsSync(join(root, path))),
    'missing:',
  );
  assert.ok(pages.length > 15);
});

test('Every link in a document leads somewhere', () => {
  const found: string[] = [];
  for (const { path, text } of pages)
    for (const [, to] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:)/.test(to as string)) continue;
      const [file, place] = (to as string).split('#') as [string, string?];
      const target = file ? resolve(root, dirname(path), file) : join(root, path);
      if (!existsSync(target) || relative(root, target).startsWith('..')) found.push(`${path}: ${to}`);
      else if (place && !anchorsOf(target).includes(place)) found.push(`${path}: ${to} has no such heading`);
    }
  none(found, 'leads nowhere:');
});

test('Every setting is explained, and nothing is explained that is no setting', () => {
  const explained = [...page('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((found) => found[1]);
  assert.deepEqual([...explained].sort(), [...settings].sort());
  assert.match(page('README.md'), /\]\(docs\/configuration\.md\)/);
  const shown = [...page('README.md').matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \|/gm)].flatMap((found) =>
    [...(found[1] as string).matchAll(/`([A-Z_]+)`/g)].map((one) => one[1] as string),
  );
  assert.ok(shown.length > 8);
  none(
    shown.filter((name) => !settings.includes(name)),
    'the README names a setting that is none:',
  );
});

test('Every command that a document tells to run exists', () => {
  const scripts = Object.keys(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts,
  );
  const commands = globSync('server/src/cli/*.ts', { cwd: root }).map((path) => path.replace(/^.*[/\\]|\.ts$/g, ''));
  const found: string[] = [];
  for (const { path, text } of pages) {
    for (const [, name] of text.matchAll(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g))
      if (!scripts.includes(name as string)) found.push(`${path}: npm run ${name}`);
    for (const [, name] of text.matchAll(/\bnpm (start|test)\b/g))
      if (!scripts.includes(name as string)) found.push(`${path}: npm ${name}`);
    for (const [, name] of text.matchAll(/(?:npm run -s hearten --|`hearten) ([a-z-]+)/g))
      if (!commands.includes(name as string)) found.push(`${path}: hearten ${name}`);
    for (const [, name] of text.matchAll(/\bnode ([\w./-]+\.m?[jt]s)\b/g))
      if (!existsSync(join(root, name as string))) found.push(`${path}: node ${name}`);
  }
  none(found, 'no such command:');
});

// Files of the worked example and of patterns, which are not there on purpose.
const invented = new Set(['server/src/conversations/due.ts', 'server/src/conversations/due.test.ts']);

test('Every file and folder that a document names is there', () => {
  const found: string[] = [];
  for (const { path, text } of pages)
    for (const [, name] of text.matchAll(/`((?:\.ci|bench|contract|docs|launch|server|web)\/[^`\s]*)`/g)) {
      const plain = (name as string).replace(/\/$/, '');
      if (!/[*<…]/.test(plain) && !invented.has(plain) && !existsSync(join(root, plain)))
        found.push(`${path}: ${name}`);
    }
  none(found, 'not there:');
});

test('A file named without its folder is there somewhere', () => {
  const names = new Set(
    globSync('{launch,contract,server,web,bench}/**/*.{ts,tsx,mjs,css}', {
      cwd: root,
      exclude: (name) => name === 'node_modules' || name === 'dist',
    }).map((path) => path.replace(/^.*[/\\]/, '')),
  );
  const found: string[] = [];
  for (const { path, text } of pages)
    for (const [, name] of text.matchAll(/`([\w-]+\.(?:tsx?|mjs|css))`/g))
      if (!names.has(name as string)) found.push(`${path}: ${name}`);
  none(found, 'not there:');
});

test('Every address of the API that a document names is one', () => {
  const known = new Set([...Object.keys(endpoints), ...Object.keys(besides)]);
  const elsewhere = /^(?:GET|POST) \/(?:files|frames|mail|digest|health|metrics)\b/;
  const found: string[] = [];
  for (const { path, text } of pages.filter((one) => one.path !== 'docs/add-a-feature.md'))
    for (const [, method, address] of text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[\w/:.-]+)`/g)) {
      const key = `${method} ${(address as string).replace(/^\/api\/v1/, '')}`;
      if (!known.has(key) && !elsewhere.test(key)) found.push(`${path}: ${method} ${address}`);
    }
  none(found, 'no such address:');
});

test('Decisions are numbered without a gap, short, and say their price', () => {
  const all = pages.filter((one) => one.path.startsWith('docs/decisions/'));
  const found: string[] = [];
  for (const [i, { path, text }] of all.entries()) {
    const lines = text.trimEnd().split('\n').length;
    if (!path.startsWith(`docs/decisions/${String(i + 1).padStart(4, '0')}-`))
      found.push(`${path}: should be ${i + 1}`);
    if (!text.startsWith(`# ${i + 1}. `)) found.push(`${path}: its title begins with its number`);
    if (lines < 10 || lines > 30) found.push(`${path}: ${lines} lines`);
    if (!/^\*\*Price\.\*\*/m.test(text)) found.push(`${path}: what does it cost?`);
  }
  none(found, 'decisions:');
});
