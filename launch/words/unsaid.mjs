import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parsed, sourcesIn, walk } from './find.mjs';
import { namesIn } from './message.mjs';

// Attributes and fields whose text a person reads or hears. `name` and `value` are not among them: forms use those for what nobody reads.
const attributes = new Set(
  'label title placeholder help hint lead empty none alt words text description question confirm aria-label aria-description aria-roledescription aria-valuetext aria-placeholder'.split(
    ' ',
  ),
);
const fields = new Set('label title help hint lead placeholder words text empty also question'.split(' '));
const sayings = new Set(['tell', 'useTitle', 'setTitle', 'useHint']);

const wordy = (text) => /\p{L}{2}/u.test(text);
/** What is no word of a language: an address, a product's name, something to be typed as it stands. */
const same = (text) =>
  /^[\w.+…-]*@[\w.-]+$|^(Hearten|Esc|Ctrl|IMAP|SMTP|SPF|DKIM|DMARC|ARC|DNS|TLS|STARTTLS|OpenPGP|S\/MIME|OAuth|Google|Microsoft|Gmail|Help Scout|Amazon SES|Mailgun|Postmark|SendGrid)$|^https?:|^[a-z]+:[\w-]+$/.test(
    text,
  );

/** Texts of a value that would be shown as they stand: literals, those of templates, and those behind a condition. */
function shown(node) {
  if (!node) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && wordy(node.value) && !same(node.value) ? [[node, node.value]] : [];
    case 'TemplateLiteral': {
      const text = node.quasis.map((q) => q.value.cooked).join(' ');
      return [...(wordy(text) ? [[node, text]] : []), ...node.expressions.flatMap(shown)];
    }
    case 'ConditionalExpression':
      return [...shown(node.consequent), ...shown(node.alternate)];
    case 'LogicalExpression':
      return [...(node.operator === '&&' ? [] : shown(node.left)), ...shown(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [...shown(node.left), ...shown(node.right)] : [];
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
      return shown(node.expression);
    default:
      return [];
  }
}

/** The names in the text of a `t('…', { … })` that its values don't have. */
function untold({ callee, arguments: [text, values] }) {
  if (callee.name !== 't' || typeof text?.value !== 'string') return [];
  if (values && (values.type !== 'ObjectExpression' || values.properties.some((p) => p.type !== 'Property'))) return [];
  const told = new Set(values?.properties.map((p) => p.key.name) ?? []);
  try {
    return [...namesIn(text.value)].filter((name) => !told.has(name));
  } catch {
    return []; // no message at all: said of the text itself, by wrongWith
  }
}

function unsaidIn(ast) {
  const found = [];
  walk(ast, (node, above) => {
    const up = above.at(-1);
    if (node.type === 'JSXText' && wordy(node.value)) found.push([node, node.value.trim()]);
    if (node.type === 'JSXExpressionContainer' && up?.type.startsWith('JSX') && up.type !== 'JSXAttribute')
      found.push(...shown(node));
    if (node.type === 'JSXAttribute' && attributes.has(node.name.name)) found.push(...shown(node.value));
    if (node.type === 'Property' && !node.computed && fields.has(node.key.name)) found.push(...shown(node.value));
    if (node.type === 'CallExpression' && sayings.has(node.callee.name)) found.push(...shown(node.arguments[0]));
    // A text that is put together can't be found, and so not translated.
    if (node.type === 'CallExpression' && ['t', 'withKeys'].includes(node.callee.name)) {
      const first = node.arguments[0];
      const inside = above.some(
        (a) => a.type === 'VariableDeclarator' && ['t', 'withKeys', 'Said'].includes(a.id.name),
      );
      if (inside) return;
      const texts = first?.type === 'ConditionalExpression' ? [first.consequent, first.alternate] : [first];
      for (const text of texts)
        if (text?.type === 'TemplateLiteral' ? text.expressions.length > 0 : text?.type !== 'Literal')
          found.push([node, 'not a literal']);
      const missing = untold(node);
      if (missing.length > 0) found.push([node, `says {${missing.join('}, {')}} and is not told it`]);
    }
  });
  return found;
}

/** What stands in the sources as it is and would be shown in English to everyone: `file:line text`. */
export function unsaid(root, folder) {
  return sourcesIn(folder).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return unsaidIn(parsed(path, text)).map(
      ([node, what]) =>
        `${relative(root, path)}:${text.slice(0, node.start).split('\n').length} ${what.replace(/\s+/g, ' ')}`,
    );
  });
}
