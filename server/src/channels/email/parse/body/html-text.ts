import { Parser } from 'htmlparser2';

const BLOCK = new Set('address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(' '));
const PARAGRAPH = new Set('p h1 h2 h3 h4 h5 h6 ul ol blockquote pre table'.split(' '));
const SILENT = new Set('script style head title noscript template object iframe svg math select'.split(' '));

export type TextOptions = { quotes: boolean };

/** What a person reads in HTML, as text: one pass, flat memory, quotes marked "> " when asked. */
export function htmlToText(html: string, options: TextOptions = { quotes: true }): string {
  const lines: string[] = [];
  let line = '';
  let blank = true;
  let silent = 0;
  let pre = 0;
  let quote = 0;
  const lists: { ordered: boolean; n: number }[] = [];
  const mark = () => (options.quotes && quote > 0 ? `${'>'.repeat(Math.min(quote, 20))} ` : '');
  const breakLine = () => {
    const trimmed = line.trimEnd();
    if (trimmed !== '' || line !== '') lines.push(mark() + trimmed);
    else lines.push(mark().trimEnd());
    blank = trimmed === '';
    line = '';
  };
  const endBlock = () => {
    if (line.trim() !== '') breakLine();
    else line = '';
  };
  const gap = () => {
    endBlock();
    if (!blank && lines.length > 0) {
      lines.push(mark().trimEnd());
      blank = true;
    }
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (SILENT.has(name)) {
          silent++;
          return;
        }
        if (silent > 0) return;
        if (name === 'br') breakLine();
        else if (PARAGRAPH.has(name)) gap();
        else if (BLOCK.has(name)) endBlock();
        if (name === 'blockquote') quote++;
        else if (name === 'pre') pre++;
        else if (name === 'ul' || name === 'ol') lists.push({ ordered: name === 'ol', n: 0 });
        else if (name === 'li') {
          const list = lists.at(-1);
          line = `${'  '.repeat(Math.max(0, Math.min(lists.length, 8) - 1))}${list?.ordered ? `${++list.n}. ` : '- '}`;
        } else if (name === 'hr') {
          lines.push(`${mark()}________________________________`);
          blank = false;
        } else if (name === 'td' || name === 'th') {
          if (line !== '' && !line.endsWith(' ')) line += ' ';
        } else if (name === 'img' && attributes.alt) line += attributes.alt.slice(0, 300);
      },
      onclosetag(name) {
        if (SILENT.has(name)) {
          if (silent > 0) silent--;
          return;
        }
        if (silent > 0) return;
        if (name === 'blockquote') {
          endBlock();
          if (quote > 0) quote--;
          blank = false;
          gap();
        } else if (name === 'pre') {
          if (pre > 0) pre--;
          gap();
        } else if (name === 'ul' || name === 'ol') {
          lists.pop();
          gap();
        } else if (PARAGRAPH.has(name)) gap();
        else if (BLOCK.has(name)) endBlock();
      },
      ontext(text) {
        if (silent > 0) return;
        if (pre > 0) {
          const rows = text.split('\n');
          for (const [i, row] of rows.entries()) {
            line += row;
            if (i < rows.length - 1) breakLine();
          }
          return;
        }
        const flat = text.replace(/[\t\n\r\f ]+/g, ' ');
        line += line === '' || line.endsWith(' ') ? flat.replace(/^ /, '') : flat;
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.write(html);
  parser.end();
  endBlock();
  while (lines.length > 0 && (lines[0] ?? '').trim() === '') lines.shift();
  while (lines.length > 0 && (lines.at(-1) ?? '').trim() === '') lines.pop();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

/** Text as harmless HTML, for mails that mix both kinds of parts. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>"]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&quot;'));
  return `<div style="white-space:pre-wrap">${escaped}</div>`;
}
