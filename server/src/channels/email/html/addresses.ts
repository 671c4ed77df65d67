import { squeeze } from '../../../base/html.ts';

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

function decodeSafely(s: string): string {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}
