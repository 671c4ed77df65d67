import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textToHtml } from './text-to-html.ts';

const chars: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };
const words = (html: string): string =>
  html
    .replace(/<br>\n/g, '\n')
    .replace(/<br>/g, '')
    .replace(/<\/?a\b[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => chars[name] as string);
/** The text that this HTML was made of; whatever is not ours makes it fail. */
function recovered(html: string): string {
  let rest = html;
  const take = (): string => {
    const open = /^<(p|ul|ol|pre|blockquote)(?: start="(\d+)")? style="margin:0( 0 1em)?[^"]*">/.exec(rest);
    assert.ok(open, `a block begins: ${rest.slice(0, 80)}`);
    const [, tag, start, apart] = open;
    rest = rest.slice(open[0].length);
    let said = '';
    if (tag === 'blockquote') {
      rest = rest.slice(1);
      said = many()
        .split('\n')
        .map((line) => (line === '' ? '>' : `> ${line}`))
        .join('\n');
      rest = rest.slice(1);
    } else {
      const end = rest.indexOf(`</${tag}>`);
      const inner = rest.slice(0, end);
      rest = rest.slice(end);
      if (tag === 'p') said = words(inner);
      else if (tag === 'pre') said = `\`\`\`\n${words(inner.slice(1))}\n\`\`\``;
      else
        said = [...inner.matchAll(/<li>(.*)<\/li>/g)]
          .map(([, one], n) => `${tag === 'ul' ? '-' : `${Number(start ?? 1) + n}.`} ${words(one as string)}`)
          .join('\n');
    }
    rest = rest.slice(`</${tag}>`.length);
    return apart ? `${said}\n` : said;
  };
  const many = (): string => {
    const out = [take()];
    while (rest.startsWith('\n<') && !rest.startsWith('\n</')) {
      rest = rest.slice(1);
      out.push(take());
    }
    return out.join('\n');
  };
  const text = many();
  assert.equal(rest, '');
  return text;
}

test('what somebody typed can be read out of its HTML again, and none of it becomes markup', () => {
  const piece = fc.constantFrom(
    '- a',
    '- b <b>',
    '1. one',
    '2. two',
    '3. x & y',
    '> said',
    '>',
    '> - q',
    '> > deep',
    '```',
    '',
    '  two  spaces',
    '</p><script>',
    'see https://example.com/a?b=1&c=2.',
    '"quoted" & \'so\'',
    '-',
    '10. May',
  );
  const line = fc.oneof(piece, fc.string({ unit: fc.constantFrom(...'ab <>&"\'.->1`\t') }));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 14 }), (lines) => {
      const text = lines.join('\n');
      const html = textToHtml(text);
      assert.equal(recovered(html), text);
      assert.doesNotMatch(html, /<(?!\/?(p|ul|ol|li|pre|blockquote|a|br)\b)/);
    }),
    { numRuns: 1500 },
  );
});

test('lists, paragraphs, quoted lines and code are what they look like', () => {
  const html = textToHtml('Please:\n- turn it off\n- wait\n\n1. one\n2. two\n\n> you said\n\n```\nlamp --reset\n```');
  for (const tag of [
    /<ul [^>]*>\s*<li>turn it off<\/li>\s*<li>wait/,
    /<ol [^>]*>\s*<li>one<\/li>/,
    /<blockquote /,
    /<pre [^>]*>\nlamp --reset<\/pre>/,
  ])
    assert.match(html, tag);
  assert.doesNotMatch(textToHtml('- Jonas'), /<ul/, 'a single dash is how people sign');
});

test('a thousand marks before a line cost neither the time nor the stack', () => {
  const began = performance.now();
  assert.ok(textToHtml('> '.repeat(100_000)).length > 0);
  assert.ok(textToHtml('- x\n'.repeat(50_000)).length > 0);
  assert.ok(performance.now() - began < 3000);
});
