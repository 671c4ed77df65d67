export type HtmlEvents = {
  /** `attributes` is the raw text between name and ">". */
  open(name: string, attributes: string, at: number): void;
  close(name: string, at: number): void;
  text(from: number, to: number): void;
};

const RAW = new Set(['script', 'style', 'title', 'textarea', 'noscript', 'xmp', 'iframe', 'template']);

/**
 * Walks HTML once, far cheaper than building a tree. Good for reading text only: what is shown in a browser goes
 * through the sanitiser.
 */
export function scanHtml(html: string, events: HtmlEvents): void {
  const n = html.length;
  let pos = 0;
  while (pos < n) {
    const lt = html.indexOf('<', pos);
    if (lt < 0) {
      events.text(pos, n);
      return;
    }
    const c = html.charCodeAt(lt + 1);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
    if (!letter && c !== 47 && c !== 33 && c !== 63) {
      events.text(pos, lt + 1);
      pos = lt + 1;
      continue;
    }
    if (lt > pos) events.text(pos, lt);
    if (c === 33 || c === 63) {
      const comment = html.startsWith('<!--', lt);
      const close = comment ? html.indexOf('-->', lt + 4) : html.indexOf('>', lt + 2);
      if (close < 0) return;
      pos = close + (comment ? 3 : 1);
      continue;
    }
    const nameFrom = lt + (c === 47 ? 2 : 1);
    let nameTo = nameFrom;
    while (nameTo < n && nameTo - nameFrom < 60 && isNameChar(html.charCodeAt(nameTo))) nameTo++;
    const end = tagEnd(html, nameTo);
    if (end < 0) return;
    const name = html.slice(nameFrom, nameTo).toLowerCase();
    pos = end + 1;
    if (c === 47) events.close(name, lt);
    else {
      events.open(name, html.slice(nameTo, end), lt);
      if (RAW.has(name) && html.charCodeAt(end - 1) !== 47) {
        pos = closeOf(html, name, pos);
        events.close(name, pos);
      }
    }
  }
}

function isNameChar(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 58 || c === 45 || c === 95;
}

/** The ">" that closes a tag, skipping those inside quoted values. */
function tagEnd(html: string, from: number): number {
  const simple = html.indexOf('>', from);
  if (simple < 0) return -1;
  let quote = 0;
  for (let i = from; i < html.length; i++) {
    const c = html.charCodeAt(i);
    if (quote !== 0) {
      if (c === quote) quote = 0;
    } else if (c === 62) return i;
    else if ((c === 34 || c === 39) && html.charCodeAt(i - 1) === 61) quote = c;
  }
  // a quote that never closes: browsers would swallow the rest; the reader gets to see it
  return simple;
}

function closeOf(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}[\\s/>]`, 'gi');
  pattern.lastIndex = from;
  const found = pattern.exec(html);
  if (!found) return html.length;
  const end = html.indexOf('>', found.index);
  return end < 0 ? html.length : end + 1;
}
