import { limits } from '../limits.ts';
import type { Address } from '../types.ts';
import { decodeWords } from './words.ts';

type Token = { kind: 'text' | 'quoted' | 'angle' | 'comment' | 'comma' | 'colon' | 'semi'; text: string };

/**
 * Addresses as people's software writes them: groups, comments as names, commas in unquoted names, missing brackets,
 * the whole address inside an encoded word. Entries without an address are dropped unless nothing else is there.
 */
export function parseAddresses(raw: string | undefined, hint: string | null = null): Address[] {
  if (!raw) return [];
  const found: Address[] = [];
  collect(tokenise(raw.slice(0, limits.addressHeader)), found, hint);
  if (!found.some((a) => a.address.includes('@')) && raw.includes('=?')) {
    const decoded = decodeWords(raw.slice(0, limits.addressHeader), hint);
    if (decoded.includes('@')) {
      const again: Address[] = [];
      collect(tokenise(decoded), again, hint, true);
      if (again.some((a) => a.address.includes('@'))) return again;
    }
  }
  return found;
}

function collect(tokens: Token[], out: Address[], hint: string | null, decoded = false): void {
  let entry: Token[] = [];
  let carried: Token[] = [];
  let inGroup = false;
  const close = (separator: string) => {
    const all = carried.length > 0 ? [...carried, { kind: 'text', text: ',' } as Token, ...entry] : entry;
    const address = build(all, hint, decoded);
    entry = [];
    if (address === null) {
      carried = [];
      return;
    }
    // "Doe, John <j@d.org>": what stood before the comma is the family name
    if (address.address === '' && separator === 'comma' && carried.length === 0) {
      carried = all;
      return;
    }
    carried = [];
    if (out.length < limits.addresses && (address.address !== '' || address.name !== '')) out.push(address);
  };
  for (const token of tokens) {
    if (token.kind === 'comma') close('comma');
    else if (token.kind === 'semi') {
      close('semi');
      inGroup = false;
    } else if (token.kind === 'colon') {
      if (!inGroup && !entry.some((t) => t.kind === 'angle') && looksLikeGroup(entry)) {
        entry = [];
        carried = [];
        inGroup = true;
      } else entry.push({ kind: 'text', text: ':' });
    } else entry.push(token);
  }
  close('end');
  if (out.length > 1) {
    const kept = out.filter((a) => a.address !== '');
    if (kept.length > 0) out.splice(0, out.length, ...kept);
  }
}

function looksLikeGroup(entry: Token[]): boolean {
  const text = entry.map((t) => t.text).join('');
  return !text.includes('@') && !/^\s*(mailto|smtp|https?)\s*$/i.test(text);
}

function build(tokens: Token[], hint: string | null, decoded: boolean): Address | null {
  const read = (s: string) => (decoded ? s : decodeWords(s, hint));
  let address: string | null = null;
  const before: string[] = [];
  const after: string[] = [];
  const comments: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'angle') {
      if (address === null || !address.includes('@')) {
        address = token.text;
      } else after.push(token.text);
    } else if (token.kind === 'comment') comments.push(token.text);
    else (address === null ? before : after).push(token.kind === 'quoted' ? `\u0001${token.text}\u0001` : token.text);
  }
  const plain = before.join('').replaceAll('\u0001', '"');
  if (address === null) {
    const bare = bareAddress(plain);
    if (bare) {
      const name = read(bare.rest || comments.join(' '));
      return { address: cleanAddress(bare.address), name: tidyName(name) };
    }
    const name = tidyName(read(before.join('').replaceAll('\u0001', '')));
    const named = name || tidyName(read(comments.join(' ')));
    return named === '' ? null : { address: '', name: named };
  }
  let name = tidyName(read(before.join('').replaceAll('\u0001', '')));
  if (name === '') name = tidyName(read(after.join('').replaceAll('\u0001', '')));
  if (name === '') name = tidyName(read(comments.join(' ')));
  const cleaned = cleanAddress(read(address));
  if (!cleaned.includes('@')) {
    const bare = bareAddress(plain);
    if (bare) return { address: cleanAddress(bare.address), name: tidyName(read(bare.rest)) };
  }
  return { address: cleaned, name };
}

/** An address standing without brackets, and what stood around it. */
function bareAddress(text: string): { address: string; rest: string } | null {
  const at = text.indexOf('@');
  if (at < 0) return null;
  let from = at;
  if (text[at - 1] === '"') {
    const open = text.lastIndexOf('"', at - 2);
    from = open < 0 ? at : open;
  } else while (from > 0 && !/[\s"<>()[\],;]/.test(text[from - 1] ?? '')) from--;
  let to = at + 1;
  while (to < text.length && !/[\s"<>(),;]/.test(text[to] ?? '')) to++;
  if (from === at || to === at + 1) {
    // "user @ domain": blanks around the sign
    const m = /([^\s"<>(),;]{1,100})\s{0,4}@\s{0,4}([^\s"<>(),;]{1,250})/.exec(
      text.slice(Math.max(0, at - 110), at + 260),
    );
    return m ? { address: `${m[1]}@${m[2]}`, rest: '' } : null;
  }
  const rest = `${text.slice(0, from)} ${text.slice(to)}`.replace(/["'[\]]+/g, ' ').trim();
  return { address: text.slice(from, to), rest };
}

function cleanAddress(raw: string): string {
  let a = raw.trim();
  if (a.startsWith('@') && a.includes(':')) a = a.slice(a.indexOf(':') + 1);
  a = a.replace(/^(mailto|smtp):/i, '').replace(/^[<'"\s]+(?=[^"]*$)|[>'\s]+$/g, '');
  if (a.startsWith('"') && a.endsWith('"') && a.includes('@')) a = a.slice(1, -1);
  const at = a.lastIndexOf('@');
  if (at < 0) return a;
  const local = a.slice(0, at).trim();
  const domain = a
    .slice(at + 1)
    .replace(/\s+/g, '')
    .replace(/[.,;>]+$/, '');
  const quoted = local.startsWith('"');
  return `${quoted ? local : local.replace(/\s+/g, '')}@${domain}`;
}

function tidyName(name: string): string {
  let n = name.replace(/\s+/g, ' ').trim();
  n = n.replace(/\s+,/g, ',');
  if (n.length > 1 && ((n.startsWith("'") && n.endsWith("'")) || (n.startsWith('"') && n.endsWith('"'))))
    n = n.slice(1, -1).trim();
  // a bracket too many is nobody's name
  return /^[<>\s]+$/.test(n) ? '' : n;
}

function tokenise(s: string): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') tokens.push({ kind: 'text', text });
    text = '';
  };
  const n = s.length;
  const lastClose = s.lastIndexOf('>');
  const lastComma = s.lastIndexOf(',');
  let i = 0;
  while (i < n) {
    const c = s[i] ?? '';
    if (c === '"') {
      const close = quoteEnd(s, i);
      if (close < 0 || s[close + 1] === '@') {
        if (close < 0) text += '';
        else text += s.slice(i, close + 1);
        i = close < 0 ? i + 1 : close + 1;
        continue;
      }
      flush();
      tokens.push({ kind: 'quoted', text: s.slice(i + 1, close).replace(/\\(.)/g, '$1') });
      i = close + 1;
    } else if (c === '(') {
      const end = commentEnd(s, i);
      flush();
      tokens.push({ kind: 'comment', text: s.slice(i + 1, end).replace(/\\(.)/g, '$1') });
      i = end + 1;
    } else if (c === '<') {
      let end = i < lastClose ? s.indexOf('>', i + 1) : -1;
      const comma = end < 0 && i < lastComma ? s.indexOf(',', i + 1) : -1;
      if (end < 0) end = comma < 0 ? n : comma;
      const again = s.indexOf('<', i + 1);
      if (again > i && again < end && !s.slice(i + 1, again).includes('@')) {
        i = again;
        continue;
      }
      flush();
      tokens.push({ kind: 'angle', text: s.slice(i + 1, end) });
      i = s[end] === '>' ? end + 1 : end;
    } else if (c === ',' || c === ';' || c === ':') {
      flush();
      tokens.push({ kind: c === ',' ? 'comma' : c === ';' ? 'semi' : 'colon', text: c });
      i++;
    } else if (c === '=' && s[i + 1] === '?') {
      const stop = encodedWordEnd(s, i);
      text += s.slice(i, stop);
      i = stop;
    } else if (c === '\\') {
      text += s[i + 1] ?? '';
      i += 2;
    } else {
      text += c;
      i++;
    }
  }
  flush();
  return tokens;
}

/** An encoded word is one piece, whatever characters it holds. Always ahead of `at`. */
function encodedWordEnd(s: string, at: number): number {
  const m = /^=\?[^?\s]{1,60}\?[bqBQ]\?/.exec(s.slice(at, at + 70));
  const close = m ? s.slice(at + m[0].length, at + 2_000).indexOf('?=') : -1;
  return m && close >= 0 ? at + m[0].length + close + 2 : at + 2;
}

function quoteEnd(s: string, open: number): number {
  for (let i = open + 1; i < s.length; i++) {
    if (s[i] === '\\') i++;
    else if (s[i] === '"') return i;
  }
  return -1;
}

function commentEnd(s: string, open: number): number {
  let depth = 0;
  for (let i = open; i < s.length; i++) {
    if (s[i] === '\\') i++;
    else if (s[i] === '(') depth++;
    else if (s[i] === ')' && --depth === 0) return i;
  }
  return s.length;
}
