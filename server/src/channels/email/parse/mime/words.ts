import { bytesOf, decodeBytes, decodeGuessing } from '../charset/decode.ts';
import { charsetName } from '../charset/names.ts';
import { decodeQuotedPrintable } from './transfer.ts';

/** Longer ones are not words; the bound keeps a header of half-open ones cheap. */
const MAX_WORD = 8_000;

type Word = { charset: string; encoding: string; text: string; end: number };

/**
 * RFC 2047 encoded words, as they come: split inside a character, without spaces between them, with spaces inside,
 * with raw 8-bit text around. `latin1` holds one char per byte. Linear: each "=?" is looked at once.
 */
export function decodeWords(latin1: string, hint: string | null = null): string {
  let at = latin1.indexOf('=?');
  if (at < 0) return decodeGuessing(latin1, hint);
  let out = '';
  let plainFrom = 0;
  let pending: { charset: string; encoding: string; bytes: Buffer[] } | null = null;
  const flush = () => {
    if (pending) out += decodeBytes(Buffer.concat(pending.bytes), pending.charset);
    pending = null;
  };
  while (at >= 0) {
    const word = readWord(latin1, at);
    if (!word) {
      at = latin1.indexOf('=?', at + 2);
      continue;
    }
    const between = latin1.slice(plainFrom, at);
    if (pending === null || between.trim() !== '') {
      flush();
      out += decodeGuessing(between, hint);
    }
    const bytes = wordBytes(word);
    if (pending !== null && charsetName(pending.charset) === charsetName(word.charset)) pending.bytes.push(bytes);
    else {
      flush();
      pending = { charset: word.charset, encoding: word.encoding, bytes: [bytes] };
    }
    plainFrom = word.end;
    at = latin1.indexOf('=?', word.end);
  }
  flush();
  return out + decodeGuessing(latin1.slice(plainFrom), hint);
}

function readWord(s: string, at: number): Word | null {
  const q1 = s.indexOf('?', at + 2);
  if (q1 < 0 || q1 - at > 60 || q1 === at + 2) return null;
  const charset = s.slice(at + 2, q1);
  if (/[\s=<>"]/.test(charset)) return null;
  const q2 = s.indexOf('?', q1 + 1);
  if (q2 !== q1 + 2) return null;
  const encoding = (s[q1 + 1] ?? '').toLowerCase();
  if (encoding !== 'b' && encoding !== 'q') return null;
  const window = s.slice(q2 + 1, q2 + 1 + MAX_WORD);
  const close = indexIn(window, '?=', q2 + 1);
  const opened = indexIn(window, '=?', q2 + 1);
  if (close < 0 || (opened >= 0 && opened < close - 1 && readsAsWord(s, opened))) {
    const stop = opened < 0 ? Math.min(s.length, q2 + 1 + MAX_WORD) : opened;
    const text = s
      .slice(q2 + 1, stop)
      .replace(/\?$/, '')
      .trimEnd();
    return { charset, encoding, text, end: stop };
  }
  return { charset, encoding, text: s.slice(q2 + 1, close), end: close + 2 };
}

function indexIn(window: string, what: string, offset: number): number {
  const at = window.indexOf(what);
  return at < 0 ? -1 : at + offset;
}

function readsAsWord(s: string, at: number): boolean {
  return /^=\?[^\s?=]{1,40}\?[bq]\?/i.test(s.slice(at, at + 50));
}

function wordBytes(word: Word): Buffer {
  if (word.encoding === 'b') return Buffer.from(word.text, 'base64');
  return decodeQuotedPrintable(bytesOf(word.text.replaceAll('_', ' ')));
}
