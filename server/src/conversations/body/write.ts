import { escaped } from '../../base/html.ts';
import type { Block, Body, Picture, Span } from './schema.ts';

/** How spans and blocks become HTML; the mail has looks of its own. */
const spanHtml = (span: Span): string => {
  if (span.type === 'picture') return `<img src="cid:${span.upload}" alt="${escaped(span.alt)}"${sizeOf(span)}>`;
  let out = escaped(span.text);
  for (const mark of span.marks.toReversed()) out = `<${mark}>${out}</${mark}>`;
  return span.href ? `<a href="${escaped(span.href)}">${out}</a>` : out;
};
const blockHtml = (block: Block): string => {
  if (block.type === 'line') return `<p>${block.spans.map(spanHtml).join('')}</p>`;
  // The first line break in it would be eaten by whoever reads it.
  if (block.type === 'code') return `<pre>${block.text.startsWith('\n') ? '\n' : ''}${escaped(block.text)}</pre>`;
  if (block.type === 'quote') return `<blockquote>${writeHtml(block.blocks)}</blockquote>`;
  const items = block.items.map((item) => `<li>${writeHtml(item)}</li>`).join('');
  if (block.from === null) return `<ul>${items}</ul>`;
  return `<ol${block.from === 1 ? '' : ` start="${block.from}"`}>${items}</ol>`;
};
/** A body as it is stored, and handed to the app. */
export const writeHtml = (body: Body): string => body.map(blockHtml).join('');

const spanText = (span: Span): string => {
  if (span.type === 'picture') return `[${span.alt || 'image'}]`;
  // A link that says where it leads says it once.
  return span.href === null || bare(span.text) === bare(span.href) ? span.text : `${span.text} <${span.href}>`;
};
const bare = (address: string): string =>
  address
    .trim()
    .replace(/^(https?:\/\/|mailto:|tel:)/i, '')
    .replace(/\/$/, '');
const behind = (lines: string, first: string, others: string): string =>
  lines
    .split('\n')
    .map((line, n) => (n === 0 ? first : others) + line)
    .join('\n');
const blockText = (block: Block): string => {
  if (block.type === 'line') return block.spans.map(spanText).join('');
  if (block.type === 'code') return `\`\`\`\n${block.text}\n\`\`\``;
  if (block.type === 'quote')
    return writeText(block.blocks)
      .split('\n')
      .map((line) => (line === '' ? '>' : `> ${line}`))
      .join('\n');
  return block.items
    .map((item, n) => {
      const mark = block.from === null ? '- ' : `${block.from + n}. `;
      return behind(writeText(item), mark, ' '.repeat(mark.length));
    })
    .join('\n');
};
/** A body in plain words: the text part of the mail, what is searched, and the line in the list. */
export const writeText = (body: Body): string => body.map(blockText).join('\n');

/** Every picture in it, in their order. */
export const picturesIn = (body: Body): Picture[] =>
  body.flatMap((block) => {
    if (block.type === 'line') return block.spans.filter((span) => span.type === 'picture');
    if (block.type === 'quote') return picturesIn(block.blocks);
    return block.type === 'list' ? block.items.flatMap(picturesIn) : [];
  });
const sizeOf = ({ width, height }: Picture): string =>
  width === null ? '' : ` width="${width}"${height === null ? '' : ` height="${height}"`}`;
