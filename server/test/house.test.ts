import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

// The rules of the house, said out loud (ARCHITECTURE.md says why). An exception stands here by name, where it can be seen and argued with.

/** Who may import whom: only what stands on a lower floor, never a neighbour. */
const floors: readonly (readonly string[])[] = [
  ['base'],
  ['brand'],
  ['team'],
  ['customers'],
  ['conversations'],
  ['praise'],
  ['hours', 'mood', 'problems'],
  ['mailings'],
  ['surveys', 'topics'],
  ['channels/chat', 'channels/email', 'channels/form', 'notifications', 'reports', 'webhooks'],
  ['sample', 'first-steps', 'privacy', 'backup'],
  ['stream'],
  ['modules.ts'],
  ['health.ts', 'web.ts', 'reference'],
  ['run.ts'],
  ['cli'],
  ['main.ts', 'cli.ts'],
];
const longest = 300;
const long = new Map<string, number>(); // exceptions, each a visible decision
const fewSmall = 20; // files of less than 20 lines: a behaviour is rarely so small
const classes = new Set(['channels/email/parse/types.ts: Unreadable']); // thrown across a worker, told by instanceof
/** The bucket is named by whoever runs the machine, in its configuration, and may well stand inside. */
const asksElsewhere = new Set(['base/s3.ts']);
/** Entered past the door of its module: `hearten parse` reads mail without waking anything else of e-mail. */
const sideDoors = new Set(['cli/parse.ts: channels/email/parse/index.ts']);
/** Writes rows of many modules at once, in bulk, and nothing else does. */
const seed = 'sample/';

const root = resolve(import.meta.dirname, '../..');
const src = join(root, 'server/src');
type File = { path: string; text: string };
const filesIn = (folder: string): File[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/node_modules|[/\\](dist|fixtures)[/\\]/.test(path))
    .map((path) => ({
      path: relative(join(root, folder), path).replaceAll('\\', '/'),
      text: readFileSync(path, 'utf8'),
    }))
    .sort((a, b) => a.path.localeCompare(b.path));
const everything = filesIn('server/src');
const code = everything.filter(({ path }) => !path.endsWith('.test.ts'));
/** `channels/email`, `team`, or a file of the top itself. */
const moduleOf = (path: string): string =>
  path.startsWith('channels/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] as string);
const importsOf = ({ path, text }: File): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((found) =>
    relative(src, resolve(src, dirname(path), found[1] as string)).replaceAll('\\', '/'),
  );
const none = (found: string[], rule: string): void => assert.deepEqual(found, [], `${rule}\n  ${found.join('\n  ')}\n`);
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

test('Imports go down the floors, never up and never to a neighbour', () => {
  const floorOf = (path: string): number => floors.findIndex((floor) => floor.includes(moduleOf(path)));
  const found: string[] = [];
  for (const file of code) {
    if (floorOf(file.path) < 0) found.push(`${file.path} stands on no floor: give its module one`);
    for (const to of importsOf(file)) {
      if (to.startsWith('..')) found.push(`${file.path} leaves server/src for ${to}`);
      else if (moduleOf(to) !== moduleOf(file.path) && floorOf(to) >= floorOf(file.path))
        found.push(`${file.path} imports ${to}`);
    }
  }
  none(found, 'imports only downward:');
});

test('A module is entered through its index.ts only', () => {
  const found: string[] = [];
  for (const file of code)
    for (const to of importsOf(file)) {
      // Every folder on the way that the importing file is not in itself; one that has a door is entered by it.
      const parts = dirname(to).split('/');
      for (let depth = 1; depth <= parts.length; depth++) {
        const folder = parts.slice(0, depth).join('/');
        if (`${file.path}`.startsWith(`${folder}/`) || !existsSync(join(src, folder, 'index.ts'))) continue;
        if (to !== `${folder}/index.ts` && !sideDoors.has(`${file.path}: ${to}`))
          found.push(`${file.path} enters ${folder} by ${to}`);
      }
    }
  none(found, 'through the door:');
});

test('Only the list of modules and the command line know a channel', () => {
  const found = code.filter(
    (file) =>
      !/^(channels|cli)\//.test(file.path) &&
      file.path !== 'modules.ts' &&
      importsOf(file).some((to) => to.startsWith('channels/')),
  );
  none(
    found.map((file) => file.path),
    'imports a channel:',
  );
});

test('The contract knows neither side, and the web app knows only the types of the contract', () => {
  const found: string[] = [];
  for (const { path, text } of filesIn('contract/src'))
    for (const [, to] of text.matchAll(/from '([^']+)'/g))
      if (!/^(\.\/[\w-]+\.ts|zod)$/.test(to as string)) found.push(`contract/src/${path} imports ${to}`);
  if (existsSync(join(root, 'web/src')))
    for (const { path, text } of filesIn('web/src'))
      for (const [line, , to] of text.matchAll(/^(import|export)[^;]*? from '([^']+)'/gms)) {
        if (/(^|\/)server\//.test(to as string)) found.push(`web/src/${path} imports ${to}`);
        if ((to as string).startsWith('@hearten/contract') && !/^(import|export) type\b/.test(line))
          found.push(`web/src/${path} imports more than types from the contract`);
      }
  none(found, 'sides kept apart:');
});

test('A part of a screen that could not be loaded is loaded when it is wanted again', () => {
  // React’s own remembers a failure until the page is loaded anew; `later` of ui/later.tsx tries again.
  const found = filesIn('web/src').filter(({ text }) => /import \{[^}]*\blazy\b[^}]*\} from 'react'/.test(text));
  none(
    found.map((file) => file.path),
    'remembers that it failed:',
  );
});

/** The texts of all sql`…` in a file, with what is nested in them. */
function statementsOf(text: string): string[] {
  const out: string[] = [];
  for (const found of text.matchAll(/\bsql`/g)) {
    let at = found.index + 4;
    const nested: ('`' | '{')[] = ['`'];
    while (nested.length && at < text.length) {
      const sign = text[at];
      if (sign === '\\') at++;
      else if (nested.at(-1) === '`' && sign === '$' && text[at + 1] === '{') nested.push('{') && at++;
      else if (nested.at(-1) === '`' && sign === '`') nested.pop();
      else if (nested.at(-1) === '{' && sign === '`') nested.push('`');
      else if (nested.at(-1) === '{' && sign === '{') nested.push('{');
      else if (nested.at(-1) === '{' && sign === '}') nested.pop();
      at++;
    }
    out.push(text.slice(found.index + 4, at - 1));
  }
  return out;
}
const schema = readFileSync(join(root, 'server/schema.sql'), 'utf8');
const tables = new Map(
  [...schema.matchAll(/^create table (\w+) \(\n([\s\S]*?)\n\)/gm)].map((found) => [
    found[1] as string,
    /^ {2}workspace_id uuid not null/m.test(found[2] as string),
  ]),
);

test('Each table is written by one module; others ask it', () => {
  assert.ok(tables.size > 25);
  const writers = new Map<string, Map<string, string>>();
  for (const { path, text } of code) {
    if (path.startsWith(seed)) continue;
    for (const [, , table] of withoutComments(text).matchAll(
      /\b(insert into|update|delete from|merge into)\s+(\w+)\b/gi,
    )) {
      if (!tables.has(table as string)) continue;
      const modules = writers.get(table as string) ?? new Map<string, string>();
      modules.set(moduleOf(path), path);
      writers.set(table as string, modules);
    }
  }
  none(
    [...writers]
      .filter(([, modules]) => modules.size > 1)
      .map(([table, modules]) => `${table}: ${[...modules.values()].join(', ')}`),
    'more than one writer:',
  );
  none(
    [...tables.keys()].filter((table) => !writers.has(table) && table !== 'migration'),
    'written by nobody:',
  );
});

test('Every statement about a table of a workspace says which workspace', () => {
  const found: string[] = [];
  for (const { path, text } of code) {
    if (path.startsWith(seed)) continue;
    for (const statement of statementsOf(text)) {
      const about = [...statement.matchAll(/\b(?:from|join|into|update)\s+(\w+)\b/gi)]
        .map((one) => one[1] as string)
        .filter((table) => tables.get(table));
      if (about.length && !/workspace_?id/i.test(statement))
        found.push(`${path}: ${statement.trim().replace(/\s+/g, ' ').slice(0, 120)}`);
    }
  }
  none(found, 'row security stands behind it, but say it:');
});

// Postgres takes only what it knows to leak nothing down to an index below row security, and coalesce is not on that list; case is.
test('A key is looked up by what an index can be asked for', () => {
  const asked = /\b\w+\.(?:id|\w+_id) = \(?(?:coalesce|greatest|least|nullif)\(/gi;
  const found = code.flatMap(({ path, text }) =>
    path.endsWith('.test.ts')
      ? []
      : statementsOf(text).flatMap((one) => [...one.matchAll(asked)].map((hit) => `${path}: ${hit[0]}`)),
  );
  none(found, 'below row security this reads the whole workspace; say it with case:');
});

test('A file is short enough to be read at once', () => {
  const lines = ({ text }: File): number => text.split('\n').length - 1;
  none(
    code
      .filter((file) => lines(file) > (long.get(file.path) ?? longest))
      .map((file) => `${file.path} has ${lines(file)} lines`),
    `more than ${longest} lines:`,
  );
  none(
    [...long.keys()].filter((path) => !code.some((file) => file.path === path && lines(file) > longest)),
    'no exception needed any more:',
  );
  const small = code.filter((file) => lines(file) < 20).map((file) => `${file.path} (${lines(file)})`);
  assert.ok(small.length <= fewSmall, `more than ${fewSmall} files of less than 20 lines:\n  ${small.join('\n  ')}`);
});

test('Files are named for what they do, and functions do it', () => {
  const found: string[] = [];
  for (const { path, text } of code) {
    if (/manager|service|handler|helper|utils?\b|dto|controller|repository/i.test(path))
      found.push(`${path}: a name for anything`);
    if (!/^[a-z0-9./-]+$/.test(path)) found.push(`${path}: small letters and hyphens`);
    for (const [, kind, name] of withoutComments(text).matchAll(
      /^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(class|enum|const enum|namespace|module)\s+(\w+)/gm,
    ))
      if (!classes.has(`${path}: ${name}`)) found.push(`${path}: ${kind} ${name}`);
  }
  none(found, 'functions, not classes:');
});

test('Nothing is left lying about: no any, no silenced compiler, no empty catch, nothing to do later, nothing written to the console', () => {
  const signs: [RegExp, string][] = [
    [/(:|\bas|<|\|)\s*any\b(?!\w)/, 'any'],
    [/@ts-(ignore|expect-error|nocheck)/, 'a silenced compiler'],
    [/\b(TODO|FIXME|XXX|HACK)\b/, 'something to do later'],
    [/catch\s*(\([^)]*\))?\s*\{\s*\}/, 'an empty catch'],
    [/\.catch\(\s*\(\)\s*=>\s*\{\s*\}\s*\)/, 'an empty catch'],
    [/\bconsole\.\w+\(/, 'console'],
    [/\bdebugger\b/, 'debugger'],
    [/\b(test|it|describe)\.only\(/, 'a test that runs alone'],
  ];
  const found: string[] = [];
  for (const [folder, files] of [
    ['server/src', everything],
    ['server/test', filesIn('server/test')],
    ['contract/src', filesIn('contract/src')],
  ] as const)
    for (const { path, text } of files) {
      if (path === 'house.test.ts') continue;
      // Texts are not code: a mail may well say "any".
      const bare = text.replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
      for (const [sign, what] of signs)
        if (sign.test(/@ts-|TODO/.test(sign.source) ? bare : withoutComments(bare)))
          found.push(`${folder}/${path}: ${what}`);
    }
  none(found, 'left lying about:');
});

test('A test that can be passed over says why', () => {
  const found: string[] = [];
  for (const { path, text } of [...everything, ...filesIn('server/test')].filter(
    (file) => file.path.endsWith('.test.ts') && file.path !== 'house.test.ts',
  ))
    for (const [line] of text.matchAll(/\bskip:.*|\b(?:test|it)\.(?:skip|todo)\(.*/g))
      if (!/skip:\s*[^,}]*['"`]/.test(line) && !/skip:\s*(!\w+ &&|\w+ \? )/.test(line))
        found.push(`${path}: ${line.slice(0, 100)}`);
  none(found, 'skipped without a reason:');
});

test('No test waits with waitForFunction: it takes a promise for a yes, and fails under our policy where it is not true at once', () => {
  const found: string[] = [];
  for (const { path, text } of filesIn('server/test'))
    if (/\.waitForFunction\(/.test(text)) found.push(`server/test/${path}`);
  none(found, 'waits with waitForFunction, not with `holds`:');
});

test('Nothing asks anything over HTTP but the one way out, which looks where an address leads', () => {
  const found: string[] = [];
  for (const { path, text } of code) {
    if (path === 'base/outbound.ts') continue;
    const bare = withoutComments(text);
    for (const [line] of bare.matchAll(
      /^import (?!type\b)[^;]*? from '(?:node:)?(?:https?|http2|undici|axios|got|node-fetch|ky|superagent)(?:\/[^']*)?';/gms,
    ))
      if (!/^import \{ (type \w+,? ?)+\}/.test(line)) found.push(`${path}: ${line.slice(0, 80)}`);
    if (/\bglobalThis\.fetch\b|\bimport\(\s*'(?:node:)?(?:https?|http2|undici)'/.test(bare))
      found.push(`${path}: fetch by another name`);
    // A parameter of that name is the way out, handed in.
    if (/(?<![\w'])fetch\(/.test(bare) && !/\bfetch: Outbound\b/.test(bare) && !asksElsewhere.has(path))
      found.push(`${path}: fetch`);
  }
  none(found, 'past server/src/base/outbound.ts:');
});
