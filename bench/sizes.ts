import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './frame/desk.ts';

/** What Vite says of a built file. */
export type Chunk = {
  file: string;
  src?: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
};
export type Manifest = Record<string, Chunk>;
export type Part = { name: string; kb: number };

/** Loaded before the app begins, by an import() that it waits for: the words of the language most read. */
const awaited = 'virtual:words/en';
/** Where the editor's weight may be: what is loaded with the first key of an answer. */
const ofEditor = (src: string): boolean => /(^|\/)editor\/|\/Editor\.tsx$|^_editor-/.test(src);

/** A file and all that is loaded with it. */
function withImports(manifest: Manifest, from: string, into = new Set<string>()): Set<string> {
  if (into.has(from)) return into;
  into.add(from);
  for (const next of manifest[from]?.imports ?? []) withImports(manifest, next, into);
  return into;
}

/**
 * Transferred sizes in kB of 1000 bytes, gzip 9. The shell is everything a signed-in start loads before the inbox can be used: what the
 * page names, what that imports, and what it waits for. A lazy part is what an import() adds to it, with all that comes along.
 */
export function sizesOf(manifest: Manifest, page: string, sizeOf: (file: string) => number) {
  const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((found) => found[1]);
  const shell = new Set<string>();
  for (const [key, { file }] of Object.entries(manifest))
    if (named.includes(file) || key === awaited) withImports(manifest, key, shell);
  if (shell.size === 0) throw new Error('The built page names no file of the app.');
  const sum = (files: Iterable<string>): number =>
    [...new Set(files)].reduce((kb, file) => kb + sizeOf(file) / 1000, 0);
  const scripts = (keys: Iterable<string>): number =>
    sum([...keys].flatMap((key) => manifest[key]?.file ?? []).filter((file) => file.endsWith('.js')));
  const styles = (keys: Iterable<string>): number =>
    sum(
      [...keys]
        .flatMap((key) => [manifest[key]?.file ?? '', ...(manifest[key]?.css ?? [])])
        .filter((file) => file.endsWith('.css')),
    );

  const lazy = new Set(Object.values(manifest).flatMap((chunk) => chunk.dynamicImports ?? []));
  const added = (key: string): string[] => [...withImports(manifest, key)].filter((one) => !shell.has(one));
  // The heaviest file that the editor brings along; whatever loads that loads the editor, and is weighed without it, and with it.
  const editor = [...lazy].filter(ofEditor).flatMap(added);
  const [core] = editor.toSorted((a, b) => scripts([b]) - scripts([a]));
  const parts = [...lazy]
    .filter((key) => !shell.has(key))
    .map((key) => {
      const files = added(key);
      const edits = core !== undefined && files.includes(core);
      return {
        name: key,
        kb: scripts(edits ? files.filter((one) => !editor.includes(one)) : files),
        whole: edits ? scripts(files) : 0,
      };
    })
    .sort((a, b) => b.kb - a.kb);
  return {
    shellJs: scripts(shell),
    shellCss: styles(shell),
    shell: [...shell].map((key) => ({ name: key, kb: scripts([key]) })).sort((a, b) => b.kb - a.kb),
    editor: parts
      .filter(({ whole }) => whole > 0)
      .map(({ name, whole }) => ({ name, kb: whole }))
      .sort((a, b) => b.kb - a.kb),
    lazy: parts.filter(({ kb }) => kb > 0),
  };
}

const dist = join(root, 'web/dist');
/** Builds the app when its sources changed, and weighs it. */
export function weigh(): ReturnType<typeof sizesOf> {
  const { status } = spawnSync(process.execPath, [join(root, 'launch/prepare.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The web app could not be built (see above); nothing was weighed.');
  const path = join(dist, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error(`The built app has no manifest at ${path}; remove web/dist and build again.`);
  const sizes = new Map<string, number>();
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  return sizesOf(JSON.parse(readFileSync(path, 'utf8')) as Manifest, page, (file) => {
    const known = sizes.get(file) ?? gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
    sizes.set(file, known);
    return known;
  });
}

/** The SDK as it is published, without its types. */
function weighSdk(): number {
  const { status } = spawnSync(process.execPath, [join(root, 'launch/sdk.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The SDK could not be built (see above); nothing was weighed.');
  const from = join(root, 'sdk/dist');
  const files = readdirSync(from).filter((name) => name.endsWith('.js'));
  return files.reduce((kb, name) => kb + gzipSync(readFileSync(join(from, name)), { level: 9 }).length / 1000, 0);
}

/** A web form: the line on the website, and all that the form itself loads. */
function weighForm(): { form_line_kb: number; form_kb: number } {
  const kb = (name: string): number =>
    gzipSync(readFileSync(join(root, 'server/src/channels/form', name)), { level: 9 }).length / 1000;
  return { form_line_kb: kb('embed.js'), form_kb: kb('page.js') + kb('page.css') };
}

/** The package of the chat, as a website's program has it: by itself, and with the part for React. */
function weighChat(): { chat_package_kb: number; chat_react_kb: number } {
  const kb = (name: string): number =>
    gzipSync(readFileSync(join(root, 'widget/package/dist', name)), { level: 9 }).length / 1000;
  return { chat_package_kb: kb('index.js'), chat_react_kb: kb('index.js') + kb('react.js') };
}

/** What a browser loads: the shell, the editor, and each part that is loaded when it is wanted. */
export async function measure(): Promise<Record<string, number>> {
  const { shellJs, shellCss, shell, editor, lazy } = weigh();
  const say = ({ name, kb }: Part): boolean => process.stderr.write(`${kb.toFixed(1).padStart(8)} kB  ${name}\n`);
  process.stderr.write('The shell:\n');
  shell.forEach(say);
  process.stderr.write('Loaded when wanted, each with what it adds to the shell:\n');
  [...editor, ...lazy].forEach(say);
  const sdk = weighSdk();
  process.stderr.write(`${sdk.toFixed(1).padStart(8)} kB  @hearten/sdk\n`);
  return {
    sdk_kb: sdk,
    ...weighForm(),
    ...weighChat(),
    shell_js_kb: shellJs,
    shell_css_kb: shellCss,
    // No editor that is loaded by itself weighs nothing of its own.
    editor_kb: editor[0]?.kb ?? 0,
    largest_route_kb: lazy[0]?.kb ?? 0,
    lazy_parts: lazy.length,
  };
}
