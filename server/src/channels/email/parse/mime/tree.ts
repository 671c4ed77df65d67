import { limits } from '../limits.ts';
import type { TransferEncoding } from '../types.ts';
import { type Headers, readHeaders } from './headers.ts';
import { parseParams } from './params.ts';
import { transferEncoding } from './transfer.ts';

/** One node of the MIME tree: where it lies in the raw mail and what its headers say. Nothing is decoded yet. */
export type Part = {
  path: string;
  headers: Headers;
  type: string;
  params: Record<string, string>;
  disposition: string;
  filename: string | null;
  encoding: TransferEncoding;
  /** Where its headers begin in the raw mail. */
  from: number;
  /** Body range in the raw mail. */
  start: number;
  end: number;
  parts: Part[];
};

type Open = { part: Part; boundary: string; depth: number; closed: boolean };

const DASH = 45;

/**
 * Cuts the mail into parts in one pass over its bytes: every line that begins with "--" is compared with the
 * boundaries now open, innermost first, so a part whose end was forgotten ends where its parent's boundary shows up.
 */
export function readTree(raw: Buffer, start: number, end: number, problems: string[]): Part {
  const root = readPart(raw, start, end, '', 'text/plain');
  problems.push(...new Set(root.headers.problems));
  const open: Open[] = [];
  let count = 1;
  let leaf: Part | null = root;
  const enter = (part: Part, depth: number): void => {
    if (!part.type.startsWith('multipart/')) return;
    let boundary = part.params.boundary ?? '';
    if (boundary === '') {
      boundary = guessBoundary(raw, part.start, part.end);
      if (boundary) problems.push('a multipart without boundary; it was found in the text');
    }
    if (boundary.length > limits.boundaryLength) boundary = '';
    if (boundary === '') problems.push('a multipart without boundary');
    else if (depth >= limits.depth) problems.push('nested too deeply; inner parts were left as they are');
    else {
      open.push({ part, boundary, depth, closed: false });
      leaf = null;
    }
  };
  enter(root, 0);
  if (open.length === 0) return root;
  let pos = raw[root.start] === DASH && raw[root.start + 1] === DASH ? root.start : nextDashes(raw, root.start, end);
  while (pos >= 0 && pos < end) {
    let eol = raw.indexOf(10, pos);
    if (eol < 0 || eol > end) eol = end;
    const hit = matchBoundary(raw, pos, eol, open);
    if (hit) {
      while (open.length > hit.level + 1) {
        const inner = open.pop();
        if (inner && !inner.closed) problems.push('a multipart was not closed');
      }
      const frame = open[hit.level];
      if (leaf) leaf.end = cutLineEnd(raw, Math.max(leaf.start, pos), leaf.start);
      leaf = null;
      if (!frame) break;
      if (hit.close) frame.closed = true;
      else if (count >= limits.parts) {
        problems.push('too many parts; the rest was left out');
        break;
      } else {
        count++;
        frame.closed = false;
        const bodyStart = Math.min(eol + 1, end);
        const path =
          frame.part.path === ''
            ? String(frame.part.parts.length + 1)
            : `${frame.part.path}.${frame.part.parts.length + 1}`;
        const fallback = frame.part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
        const part = readPart(raw, bodyStart, end, path, fallback, stopAt(open));
        frame.part.parts.push(part);
        leaf = part;
        enter(part, frame.depth + 1);
        if (part.start > eol + 1) {
          pos =
            part.start >= end
              ? -1
              : raw[part.start] === DASH && raw[part.start + 1] === DASH
                ? part.start
                : nextDashes(raw, part.start - 1, end);
          continue;
        }
      }
    }
    pos = nextDashes(raw, Math.max(pos, eol - 1), end);
  }
  if (open.some((frame) => !frame.closed)) problems.push('a multipart was not closed');
  return root;
}

/** A part cut off by a boundary inside its headers must not read past it. */
function stopAt(open: Open[]): string[] {
  return open.map((frame) => frame.boundary);
}

function readPart(
  raw: Buffer,
  start: number,
  end: number,
  path: string,
  fallback: string,
  boundaries: string[] = [],
): Part {
  const headers = readHeaders(
    raw,
    start,
    end,
    (pos) => raw[pos + 1] === DASH && boundaries.some((b) => startsWith(raw, pos + 2, b)),
  );
  const type = parseParams(headers.get('content-type'));
  const disposition = parseParams(headers.get('content-disposition'));
  let mediaType = type.value.replace(/\s/g, '');
  if (!/^[^/]+\/[^/]+$/.test(mediaType))
    mediaType =
      mediaType === 'multipart'
        ? 'multipart/mixed'
        : mediaType === 'html' || mediaType === 'text/'
          ? mediaType === 'html'
            ? 'text/html'
            : 'text/plain'
          : mediaType === 'text'
            ? 'text/plain'
            : mediaType === ''
              ? fallback
              : mediaType.startsWith('multipart/')
                ? 'multipart/mixed'
                : 'text/plain';
  const filename =
    disposition.params.filename ?? type.params.name ?? type.params.filename ?? disposition.params.name ?? null;
  return {
    path,
    headers,
    type: mediaType,
    params: type.params,
    disposition: disposition.value,
    filename: filename === null ? null : cleanName(filename),
    encoding: transferEncoding(headers.get('content-transfer-encoding')),
    from: start,
    start: headers.bodyStart,
    end,
    parts: [],
  };
}

function matchBoundary(raw: Buffer, pos: number, eol: number, open: Open[]): { level: number; close: boolean } | null {
  let found: { level: number; close: boolean } | null = null;
  let foundLength = -1;
  for (let level = open.length - 1; level >= 0; level--) {
    const boundary = open[level]?.boundary ?? '';
    if (boundary.length <= foundLength || !startsWith(raw, pos + 2, boundary)) continue;
    let i = pos + 2 + boundary.length;
    const close = raw[i] === DASH && raw[i + 1] === DASH;
    if (close) i += 2;
    // a longer word that merely begins like this boundary is another one; text after a blank is tolerated
    if (i < eol && !close && raw[i] !== 32 && raw[i] !== 9 && raw[i] !== 13) continue;
    found = { level, close };
    foundLength = boundary.length;
  }
  return found;
}

function startsWith(raw: Buffer, at: number, text: string): boolean {
  if (at + text.length > raw.length) return false;
  for (let i = 0; i < text.length; i++) if (raw[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Start of the next line that begins with "--", after `from`. */
function nextDashes(raw: Buffer, from: number, end: number): number {
  const at = raw.indexOf('\n--', from, 'latin1');
  return at < 0 || at + 1 >= end ? -1 : at + 1;
}

/** The line end before a boundary belongs to the boundary. */
function cutLineEnd(raw: Buffer, pos: number, floor: number): number {
  let end = pos;
  if (end > floor && raw[end - 1] === 10) end--;
  if (end > floor && raw[end - 1] === 13) end--;
  return end;
}

/** The first "--something" line whose text comes back as a later boundary line. */
function guessBoundary(raw: Buffer, start: number, end: number): string {
  const window = Math.min(end, start + 100_000);
  for (
    let pos = raw[start] === DASH && raw[start + 1] === DASH ? start : nextDashes(raw, start, window), tries = 0;
    pos >= 0 && tries < 5;
    pos = nextDashes(raw, pos, window), tries++
  ) {
    let eol = raw.indexOf(10, pos);
    if (eol < 0 || eol > end) eol = end;
    const line = raw.toString('latin1', pos + 2, Math.min(eol, pos + 202)).trim();
    if (line.length >= 3 && !line.includes(' ') && raw.indexOf(`\n--${line}`, eol - 1, 'latin1') >= 0) return line;
  }
  return '';
}

function cleanName(name: string): string {
  const text = [...name]
    .filter((ch) => ch >= ' ' && ch !== '\u007f')
    .join('')
    .trim();
  return text.length > limits.filename ? text.slice(0, limits.filename) : text;
}
