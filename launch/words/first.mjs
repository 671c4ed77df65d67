import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parsed, said, walk } from './find.mjs';

/** What names a page of the settings in the router; whatever only such pages need is loaded with the first of them. */
const settings = new Set(['setting', 'settingsPart']);

/** The files one names, but for the pages of the settings: those it imports, and those it loads later. */
function namedBy(path) {
  const out = [];
  walk(parsed(path, readFileSync(path, 'utf8')), (node, above) => {
    const from = node.source?.value;
    if (typeof from !== 'string' || !from.startsWith('.')) return;
    if (node.type === 'ImportExpression' && above.some((one) => settings.has(one.callee?.name))) return;
    out.push(join(dirname(path), from));
  });
  return out.filter((file) => /\.tsx?$/.test(file) && existsSync(file));
}

/** The app's texts in two: what anything outside the settings says, and what only pages of the settings say. */
export function inTwo(source) {
  const reached = new Set();
  const due = [join(source, 'main.tsx')];
  for (let path = due.pop(); path; path = due.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    due.push(...namedBy(path));
  }
  const [first, rest] = [[], []];
  for (const [text, files] of said(source)) (files.some((file) => reached.has(file)) ? first : rest).push(text);
  return { first: first.sort(), rest: rest.sort() };
}
