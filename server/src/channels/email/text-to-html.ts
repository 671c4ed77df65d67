const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c] as string);
// Where a link ends: punctuation after it belongs to the sentence, a bracket only when none was opened inside.
const link = /\bhttps?:\/\/[^\s<>"']{1,2000}/g;

function linkEnd(url: string): number {
  let end = url.length;
  for (;;) {
    const last = url[end - 1] as string;
    const open = last === ')' ? '(' : last === ']' ? '[' : null;
    if (/[.,;:!?…'*_]/.test(last) || (open && !url.slice(0, end - 1).includes(open))) end--;
    else return end;
  }
}

/** Plain text as simple HTML that every mail program shows alike: line breaks, and links that can be clicked. Nothing else gets in. */
export function textToHtml(text: string): string {
  let out = '';
  let from = 0;
  for (const found of text.matchAll(link)) {
    const url = found[0].slice(0, linkEnd(found[0]));
    out += `${escaped(text.slice(from, found.index))}<a href="${escaped(url)}">${escaped(url)}</a>`;
    from = found.index + url.length;
  }
  out += escaped(text.slice(from));
  return out.replace(/\r\n?/g, '\n').replace(/\n/g, '<br>\n').replace(/ {2}/g, ' &nbsp;');
}
