import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** Every node, with those it stands in, outermost first. */
export function walk(node, visit, above = []) {
  if (!node || typeof node.type !== 'string') return;
  visit(node, above);
  const inside = [...above, node];
  for (const value of Object.values(node))
    if (Array.isArray(value)) for (const one of value) walk(one, visit, inside);
    else if (typeof value === 'object') walk(value, visit, inside);
}

export const parsed = (path, text) => parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path);

// What only whoever runs a server reads, in a terminal, is English.
const terminal = /base\/(config|log)\.ts$/;

/** Those below a folder; a file is its own. */
export function sourcesIn(folder) {
  if (/\.tsx?$/.test(folder)) return [folder];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !/\.(test|d)\.tsx?$/.test(e.name) && e.name !== 'testing.ts')
    .map((e) => join(e.parentPath, e.name))
    .filter((path) => !terminal.test(path))
    .sort();
}

const calls = new Set([
  't',
  'withKeys',
  'say',
  'Invalid',
  'InvalidField',
  'Unauthorised',
  'Forbidden',
  'NotFound',
  'Conflict',
  'TooMany',
  'Unavailable',
]);
/** Checks of the contract that may say themselves what is wrong. */
const checks = new Set(['min', 'max', 'regex', 'refine', 'length', 'superRefine']);
/** The texts an argument may be: a literal, one of two, or the constant of the file that holds it. */
const literals = (node, constants) => {
  if (node?.type === 'ConditionalExpression')
    return [...literals(node.consequent, constants), ...literals(node.alternate, constants)];
  if (node?.type === 'Identifier') return literals(constants?.get(node.name));
  if (node?.type === 'Literal' && typeof node.value === 'string') return [node.value];
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? [node.quasis[0].value.cooked] : [];
};

/** What one file says: the text of every `t('…')`, `withKeys('…')` and `<Said id="…">`. */
export function saidIn(ast) {
  const found = [];
  const constants = new Map();
  for (const node of ast.body)
    if (node.type === 'VariableDeclaration' && node.kind === 'const')
      for (const { id, init } of node.declarations) if (id.type === 'Identifier') constants.set(id.name, init);
  walk(ast, (node) => {
    found.push(...defaults(node));
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && calls.has(node.callee.name))
      found.push(...literals(node.arguments[0], constants));
    // What a field got wrong, in an error or in the contract: `{ path, message: '…' }`, `.min(1, '…')`.
    if (node.type === 'ObjectExpression') {
      const field = (name) => node.properties.find((p) => p.key?.name === name)?.value;
      if (field('message') && (field('path') || field('code'))) found.push(...literals(field('message')));
    }
    if (node.type === 'CallExpression' && checks.has(node.callee.property?.name))
      found.push(...literals(node.arguments[1]));
    if (node.type === 'JSXOpeningElement' && node.name.name === 'Said') {
      const value = node.attributes.find((a) => a.name?.name === 'id')?.value;
      found.push(...literals(value?.type === 'JSXExpressionContainer' ? value.expression : value));
    }
  });
  return found;
}

/** Default texts of the errors: `(text = 'Sign in to go on.')`. */
const defaults = (node) => (node.type === 'AssignmentPattern' && node.left.name === 'text' ? literals(node.right) : []);

/** Every text under a folder → the files that say it. */
export function said(...folders) {
  const out = new Map();
  for (const path of folders.flatMap(sourcesIn)) {
    const text = readFileSync(path, 'utf8');
    for (const id of saidIn(parsed(path, text))) if (id) out.set(id, [...(out.get(id) ?? []), path]);
  }
  return out;
}
