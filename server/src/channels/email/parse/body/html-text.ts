import { htmlLines } from '../reply/html-lines.ts';
import { linesToText } from '../reply/lines.ts';

/** What a person reads in HTML, as text, quotes marked "> ". */
export function htmlToText(html: string): string {
  return linesToText(htmlLines(html));
}

/** Text as harmless HTML, for mails that mix both kinds of parts. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>"]/g, (c) =>
    c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&quot;',
  );
  return `<div style="white-space:pre-wrap">${escaped}</div>`;
}
