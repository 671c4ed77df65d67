import { isAscii as nodeIsAscii, isUtf8 as nodeIsUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { detectCharset } from './detect.ts';
import { charsetName } from './names.ts';
import { fromHz, fromIso2022 } from './shifted.ts';

/**
 * Bytes → text. Believes the declared charset only as far as the bytes agree: declared UTF-8 that isn't, declared
 * Latin-1 or ASCII that is UTF-8, undeclared 8-bit text. Never throws; at worst a character becomes U+FFFD.
 */
export function decodeBytes(bytes: Buffer, declared: string | null): string {
  const charset = charsetName(declared);
  if (isAscii(bytes)) {
    if (charset === 'utf-7') return decodeAs(bytes, 'utf-7');
    if (charset === 'hz-gb-2312') return fromHz(bytes);
    if (charset === 'utf-16le' || charset === 'utf-16be')
      return looksWide(bytes) ? decodeWide(bytes, charset) : bytes.toString('latin1');
    const shifted = bytes.includes(0x1b) || bytes.includes(0x0e) ? shiftedCharset(bytes, charset) : null;
    return shifted ? fromIso2022(bytes, shifted) : stripNul(bytes.toString('latin1'));
  }
  if (charset === null || charset === 'us-ascii') return decodeAs(bytes, detectCharset(bytes));
  if (charset === 'utf-8') {
    if (isUtf8(bytes)) return dropBom(bytes.toString('utf8'));
    return mostlyUtf8(bytes) ? dropBom(bytes.toString('utf8')) : decodeAs(bytes, detectCharset(bytes, true));
  }
  if (charset === 'utf-16le' || charset === 'utf-16be') return decodeWide(bytes, charset);
  if (charset.startsWith('iso-2022-')) {
    return isUtf8(bytes) && !bytes.includes(0x1b) ? bytes.toString('utf8') : fromIso2022(bytes, charset);
  }
  if (charset === 'hz-gb-2312') return fromHz(bytes);
  if (singleByte(charset) && isUtf8(bytes)) return dropBom(bytes.toString('utf8'));
  const text = decodeAs(bytes, charset);
  if (multiByte(charset) && isUtf8(bytes) && text.includes('\ufffd')) return bytes.toString('utf8');
  return text;
}

/** A header value or name as read from the mail (one char per byte): decoded when it holds raw 8-bit bytes. */
export function decodeGuessing(latin1: string, hint: string | null = null): string {
  if (!hasHighChar(latin1)) return latin1.includes('\x1b') ? decodeBytes(bytesOf(latin1), hint) : latin1;
  const bytes = bytesOf(latin1);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const charset = charsetName(hint);
  if (charset && charset !== 'utf-8' && charset !== 'us-ascii') return decodeBytes(bytes, charset);
  return mostlyUtf8(bytes) ? bytes.toString('utf8') : decodeAs(bytes, detectCharset(bytes, true));
}

export function bytesOf(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}

function decodeAs(bytes: Buffer, charset: string): string {
  if (charset === 'utf-8') return dropBom(bytes.toString('utf8'));
  if (charset.startsWith('iso-2022-')) return fromIso2022(bytes, charset);
  return iconv.encodingExists(charset) ? iconv.decode(bytes, charset) : iconv.decode(bytes, detectCharset(bytes));
}

function decodeWide(bytes: Buffer, charset: 'utf-16le' | 'utf-16be'): string {
  const b0 = bytes[0];
  const b1 = bytes[1];
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString('utf8');
  const big = b0 === 0xfe && b1 === 0xff ? true : b0 === 0xff && b1 === 0xfe ? false : charset === 'utf-16be';
  return iconv.decode(bytes, big ? 'utf-16be' : 'utf-16le');
}

function looksWide(bytes: Buffer): boolean {
  return bytes.includes(0);
}

/** Which ISO-2022 family the escape sequences speak of, whatever was declared. */
function shiftedCharset(bytes: Buffer, declared: string | null): string | null {
  if (declared?.startsWith('iso-2022-')) return declared;
  for (let i = bytes.indexOf(0x1b); i >= 0 && i + 2 < bytes.length; i = bytes.indexOf(0x1b, i + 1)) {
    const a = bytes[i + 1];
    const b = bytes[i + 2];
    if (a === 0x24 && (b === 0x40 || b === 0x42 || b === 0x28)) return 'iso-2022-jp';
    if (a === 0x28 && (b === 0x4a || b === 0x49)) return 'iso-2022-jp';
    if (a === 0x24 && b === 0x29) return bytes[i + 3] === 0x43 ? 'iso-2022-kr' : 'iso-2022-cn';
  }
  return null;
}

/** Valid but for a few places: a cut-off character or a stray byte, not another charset. */
function mostlyUtf8(bytes: Buffer): boolean {
  let good = 0;
  let bad = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] ?? 0;
    if (c < 0x80) continue;
    const more = c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : -1;
    let ok = more > 0;
    for (let k = 1; ok && k <= more; k++) ok = ((bytes[i + k] ?? 0) & 0xc0) === 0x80;
    if (ok) {
      good++;
      i += more;
    } else bad++;
  }
  return good > 0 && bad * 4 <= good;
}

const singleByte = (charset: string): boolean => /^(iso-8859|windows-12|koi8|macintosh|tis-620|ibm|cp)/.test(charset);
const multiByte = (charset: string): boolean => /^(gb|big5|euc|shift)/.test(charset);

export function isAscii(bytes: Buffer): boolean {
  return nodeIsAscii(bytes);
}
function isUtf8(bytes: Buffer): boolean {
  return nodeIsUtf8(bytes);
}
function hasHighChar(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 0x7f) return true;
  return false;
}
function dropBom(s: string): string {
  return stripNul(s.charCodeAt(0) === 0xfeff ? s.slice(1) : s);
}
function stripNul(s: string): string {
  return s.includes('\0') ? s.replaceAll('\0', '') : s;
}
