const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text as it stands in HTML, between elements and in their attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c] as string);

/** Where a link may lead: the web, a mailbox, a telephone. Null for everything else. */
export function safeLink(raw: string): string | null {
  const url = squeeze(raw);
  if (/^(https?:\/\/|mailto:|tel:)/i.test(url)) return url.length <= 8_000 ? url : null;
  return url.startsWith('//') ? `https:${url}` : null;
}

/** Browsers ignore blanks and control characters inside addresses; so does this. */
export function squeeze(raw: string): string {
  let out = '';
  for (const ch of raw.trim()) {
    const c = ch.codePointAt(0) ?? 0;
    if (c > 0x20 && c !== 0x7f && !(c >= 0x80 && c <= 0xa0)) out += ch;
    else if (c === 0x20) out += '%20';
  }
  return out;
}
