import type { Body } from '../body/collect.ts';
import { readHeaders } from '../mime/headers.ts';
import { decodeTransfer } from '../mime/transfer.ts';
import type { Part } from '../mime/tree.ts';
import { decodeWords } from '../mime/words.ts';

export type Fields = Map<string, string[]>;

const MAX_GROUPS = 500;

/** The blocks of `Name: value` lines of a report part; blocks are parted by empty lines. */
export function fieldsOf(raw: Buffer, part: Part): Fields[] {
  const text = decodeTransfer(
    raw.subarray(part.start, Math.min(part.end, part.start + 200_000)),
    part.encoding,
  ).toString('latin1');
  return fieldGroups(text);
}

export function fieldGroups(text: string): Fields[] {
  const groups: Fields[] = [];
  let current: Fields = new Map();
  let last: string[] | null = null;
  const close = () => {
    if (current.size > 0 && groups.length < MAX_GROUPS) groups.push(current);
    current = new Map();
    last = null;
  };
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') {
      close();
      continue;
    }
    if (/^[ \t]/.test(line) && last) {
      last[last.length - 1] += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0 || colon > 60) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const list: string[] = current.get(name) ?? [];
    list.push(line.slice(colon + 1).trim());
    current.set(name, list);
    last = list;
  }
  close();
  return groups;
}

/** Headers of the mail that came back with a report; message-id without brackets. */
export function returnedHeaders(raw: Buffer, body: Body): Record<string, string> {
  const part = body.reports.find(
    (p) =>
      p.type === 'message/rfc822' ||
      p.type === 'text/rfc822-headers' ||
      p.type === 'message/global' ||
      p.type === 'message/global-headers',
  );
  if (!part) return {};
  const bytes =
    part.encoding === '7bit'
      ? raw.subarray(part.start, part.end)
      : decodeTransfer(raw.subarray(part.start, part.end), part.encoding);
  return headersFrom(bytes);
}

const WANTED = ['message-id', 'from', 'to', 'cc', 'subject', 'date', 'in-reply-to', 'references', 'x-hearten-message'];

export function headersFrom(bytes: Buffer): Record<string, string> {
  let start = 0;
  while (start < bytes.length && (bytes[start] === 10 || bytes[start] === 13)) start++;
  const h = readHeaders(bytes, start, bytes.length);
  const out: Record<string, string> = {};
  for (const name of WANTED) {
    const value = h.get(name);
    if (value)
      out[name] = name === 'message-id' ? value.replace(/^[^<]*<|>.*$/g, '').trim() : decodeWords(value.slice(0, 2000));
  }
  return out;
}

/** The bare address in "rfc822; <a@b>" and the like; '' when there is none. */
export function addressIn(value: string): string {
  const v = value.slice(0, 600).replace(/^\s*(rfc822|utf-8|utf8|smtp|x400|unknown|dns)\s*;/i, '');
  const at = v.indexOf('@');
  if (at < 0) return '';
  let from = at;
  while (from > 0 && !/[\s<>()[\],;:"']/.test(v[from - 1] ?? '')) from--;
  let to = at + 1;
  while (to < v.length && !/[\s<>()[\],;:"']/.test(v[to] ?? '')) to++;
  const address = v.slice(from, to).replace(/^=|\.+$/g, '');
  return /^[^@]+@[^@]+$/.test(address) ? address : '';
}
