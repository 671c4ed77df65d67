import { escaped } from '../../base/html.ts';
import type { Block, Body, Span } from '../../conversations/index.ts';
import { indented, linesToHtml, styled } from './text-to-html.ts';

const LOOK = {
  code: 'padding:.6em .8em;background:#f4f4f4;color:#1c2b27;border-radius:4px;white-space:pre-wrap;font-size:13px',
  quote: 'padding:0 0 0 .8em;border-left:2px solid #8b9a94',
};

const wordsIn = (spans: Span[]): string => spans.map((span) => (span.type === 'words' ? span.text : '')).join('');
/** `cidOf` names a picture as the mail does. */
function spanHtml(span: Span, cidOf: (upload: string) => string): string {
  if (span.type === 'picture') {
    const width = span.width ? ` width="${span.width}"` : '';
    return `<img src="cid:${escaped(cidOf(span.upload))}" alt="${escaped(span.alt)}"${width} style="max-width:100%;height:auto">`;
  }
  let out =
    span.href === null && !span.marks.includes('code')
      ? linesToHtml(span.text)
      : escaped(span.text).replace(/ {2}/g, ' &nbsp;');
  for (const mark of span.marks.toReversed()) out = `<${mark}>${out}</${mark}>`;
  return span.href === null ? out : `<a href="${escaped(span.href)}">${out}</a>`;
}

/** What we wrote as HTML that every mail program shows alike: styles where they are needed, nothing else. */
export function bodyToHtml(body: Body, cidOf: (upload: string) => string): string {
  const out: string[] = [];
  for (let at = 0; at < body.length; at++) {
    const block = body[at] as Block;
    // One empty line between two others is the margin of the first.
    const apart = !isEmpty(block) && isEmpty(body[at + 1]) && at + 2 < body.length && !isEmpty(body[at + 2]);
    out.push(blockHtml(block, apart ? 'margin:0 0 1em' : 'margin:0', cidOf));
    if (apart) at++;
  }
  return out.join('\n');
}
const isEmpty = (block: Block | undefined): boolean => block?.type === 'line' && block.spans.length === 0;

function blockHtml(block: Block, style: string, cidOf: (upload: string) => string): string {
  if (block.type === 'line')
    return `<p${styled(wordsIn(block.spans), style)}>${block.spans.map((span) => spanHtml(span, cidOf)).join('') || '<br>'}</p>`;
  if (block.type === 'code') return `<pre style="${style};${LOOK.code}">\n${escaped(block.text)}</pre>`;
  if (block.type === 'quote')
    return `<blockquote style="${style};${LOOK.quote}">\n${bodyToHtml(block.blocks, cidOf)}\n</blockquote>`;
  const rows = block.items.map((item) => `<li>${itemHtml(item, cidOf)}</li>`).join('\n');
  const tag = block.from === null ? 'ul' : 'ol';
  const first = block.items[0]?.[0];
  const words = first?.type === 'line' ? wordsIn(first.spans) : '';
  const start = block.from !== null && block.from !== 1 ? ` start="${block.from}"` : '';
  return `<${tag}${start}${styled(words, `${style};${indented(words)}`)}>\n${rows}\n</${tag}>`;
}
/** The first line of an item needs no paragraph around it. */
function itemHtml(item: Block[], cidOf: (upload: string) => string): string {
  const [first, ...rest] = item;
  if (first?.type !== 'line') return bodyToHtml(item, cidOf);
  const words = first.spans.map((span) => spanHtml(span, cidOf)).join('');
  return rest.length > 0 ? `${words}\n${bodyToHtml(rest, cidOf)}` : words;
}
