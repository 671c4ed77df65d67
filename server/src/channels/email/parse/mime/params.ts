import { bytesOf, decodeBytes, decodeGuessing } from '../charset/decode.ts';
import { decodeWords } from './words.ts';

export type Parameterised = { value: string; params: Record<string, string> };

/**
 * `text/plain; charset="x"; name*0*=utf-8''a%20; name*1=b` and everything senders make of it: missing semicolons and
 * quotes, RFC 2231 pieces in any order, RFC 2047 words where they don't belong, raw 8-bit names.
 */
export function parseParams(raw: string | undefined, charsetHint: string | null = null): Parameterised {
  if (!raw) return { value: '', params: {} };
  const text = raw.length > 20_000 ? raw.slice(0, 20_000) : raw;
  const n = text.length;
  let i = 0;
  let value = '';
  while (i < n && text[i] !== ';') {
    if (text[i] === '(') i = skipComment(text, i);
    else value += text[i++];
  }
  value = value.trim().toLowerCase();
  const found: Record<string, string> = Object.create(null);
  const space = /[\s"]/.exec(value);
  if (space && value.includes('=')) {
    // "text/html charset=utf-8": the semicolon was forgotten
    i = raw.search(/[\s"]/);
    value = value.slice(0, space.index);
  }
  while (i < n) {
    while (i < n && (text[i] === ';' || isSpace(text[i]))) i++;
    if (text[i] === '(') {
      i = skipComment(text, i);
      continue;
    }
    let name = '';
    while (i < n && text[i] !== '=' && text[i] !== ';') name += text[i++];
    name = name.trim().toLowerCase();
    if (text[i] !== '=') continue;
    i++;
    while (i < n && isSpace(text[i])) i++;
    let v = '';
    if (text[i] === '"') {
      const close = quotedEnd(text, i);
      v = text.slice(i + 1, close).replace(/\\(.)/g, '$1');
      i = close + 1;
    } else {
      const from = i;
      while (i < n && text[i] !== ';') i++;
      v = text.slice(from, i).trim();
      const glued = splitGlued(v);
      if (glued >= 0) {
        i = from + glued;
        v = text.slice(from, i).trim();
      }
      v = v.replace(/^'(.*)'$/, '$1');
    }
    if (name && !(name in found)) found[name] = v;
  }
  return { value, params: joinPieces(found, charsetHint) };
}

/** The closing quote; or, when it is missing, the end of the value. */
function quotedEnd(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') return i;
  }
  const semi = text.indexOf(';', open);
  return semi < 0 ? text.length : semi;
}

/** Where in an unquoted value ("utf-8 name=x") a further parameter begins, or -1. */
function splitGlued(v: string): number {
  const eq = v.indexOf('=');
  if (eq < 0 || v.startsWith('=?')) return -1;
  const space = v.lastIndexOf(' ', eq);
  if (space < 0) return -1;
  const name = v.slice(space + 1, eq);
  return /^[a-z][a-z0-9*-]*$/i.test(name) ? space : -1;
}

function joinPieces(found: Record<string, string>, hint: string | null): Record<string, string> {
  const params: Record<string, string> = Object.create(null);
  const pieces = new Map<string, { at: number; value: string; encoded: boolean }[]>();
  for (const key of Object.keys(found)) {
    const value = found[key] ?? '';
    const m = /^([^*]+)\*(?:(\d{1,4})(\*?))?$/.exec(key);
    if (!m) {
      if (!(key in params)) params[key] = value;
      continue;
    }
    const base = m[1] ?? '';
    const list = pieces.get(base) ?? [];
    list.push({ at: Number(m[2] ?? 0), value, encoded: m[2] === undefined || m[3] === '*' });
    pieces.set(base, list);
  }
  for (const key of Object.keys(params)) params[key] = plainValue(params[key] ?? '', hint);
  for (const [base, list] of pieces) {
    list.sort((a, b) => a.at - b.at);
    let charset: string | null = null;
    const bytes: Buffer[] = [];
    for (const [index, piece] of list.entries()) {
      let v = piece.value;
      if (piece.encoded && index === 0) {
        const m = /^([^']*)'([^']*)'/.exec(v);
        if (m) {
          charset = m[1] || null;
          v = v.slice(m[0].length);
        }
      }
      bytes.push(piece.encoded ? percentBytes(v) : bytesOf(v));
    }
    const all = Buffer.concat(bytes);
    const joined = charset ? decodeBytes(all, charset) : plainValue(all.toString('latin1'), hint);
    if (joined) params[base] = joined;
  }
  return params;
}

function plainValue(v: string, hint: string | null): string {
  return v.includes('=?') ? decodeWords(v, hint) : decodeGuessing(v, hint);
}

function percentBytes(v: string): Buffer {
  const out = Buffer.alloc(v.length);
  let n = 0;
  for (let i = 0; i < v.length; i++) {
    if (v[i] === '%' && /^[0-9a-f]{2}$/i.test(v.slice(i + 1, i + 3))) {
      out[n++] = Number.parseInt(v.slice(i + 1, i + 3), 16);
      i += 2;
    } else out[n++] = v.charCodeAt(i) & 0xff;
  }
  return out.subarray(0, n);
}

function skipComment(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}

function isSpace(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\r' || c === '\n';
}
