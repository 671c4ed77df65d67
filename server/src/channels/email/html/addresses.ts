/** Where a link may lead: the web, a mailbox, a telephone. Null for everything else. */
export function safeLink(raw: string): string | null {
  const url = squeeze(raw);
  if (/^(https?:\/\/|mailto:|tel:)/i.test(url)) return url.length <= 8_000 ? url : null;
  return url.startsWith('//') ? `https:${url}` : null;
}

export type Picture = { kind: 'remote' | 'cid' | 'data'; url: string };

/** What a picture's address means; null when it may not be shown at all. */
export function pictureOf(raw: string): Picture | null {
  const url = squeeze(raw);
  if (/^https?:\/\//i.test(url)) return { kind: 'remote', url };
  if (url.startsWith('//')) return { kind: 'remote', url: `https:${url}` };
  if (/^cid:/i.test(url)) return { kind: 'cid', url: decodeSafely(url.slice(4)) };
  if (/^data:image\/(png|gif|jpe?g|webp|bmp);base64,[a-z0-9+/=]*$/i.test(url) && url.length < 3_000_000)
    return { kind: 'data', url };
  return null;
}

/** Browsers ignore blanks and control characters inside addresses; so does this. */
function squeeze(raw: string): string {
  let out = '';
  for (const ch of raw.trim()) {
    const c = ch.codePointAt(0) ?? 0;
    if (c > 0x20 && c !== 0x7f && !(c >= 0x80 && c <= 0xa0)) out += ch;
    else if (c === 0x20) out += '%20';
  }
  return out;
}

function decodeSafely(s: string): string {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}
