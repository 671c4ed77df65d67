import { limits } from '../limits.ts';

/** Header fields as they stand in the mail: latin1 strings (one char per byte), unfolded, not yet decoded. */
export type Headers = {
  get(name: string): string | undefined;
  all(name: string): string[];
  names(): Iterable<string>;
  /** Offset of the first byte of the body. */
  bodyStart: number;
  problems: string[];
};

const LF = 10;
const CR = 13;

/**
 * Reads the header block of `raw` in [start, end). One pass; a line is either a field, a continuation, or something
 * foreign. A foreign line ends the block when no field follows soon, since some senders forget the empty line.
 * `endsAt` is asked about lines that begin with a dash: a boundary ends the headers of a part that was cut short.
 */
export function readHeaders(
  raw: Buffer,
  start: number,
  end: number,
  endsAt: (pos: number) => boolean = never,
): Headers {
  const fields = new Map<string, string[]>();
  const problems: string[] = [];
  let current: string[] | null = null;
  let pos = start;
  let count = 0;
  let bodyStart = -1;
  const stop = Math.min(end, start + limits.headerBytes);
  while (pos < stop) {
    let eol = raw.indexOf(LF, pos);
    if (eol < 0 || eol >= end) eol = end;
    const lineEnd = eol > pos && raw[eol - 1] === CR ? eol - 1 : eol;
    const next = Math.min(eol + 1, end);
    if (lineEnd === pos) {
      bodyStart = next;
      break;
    }
    const first = raw[pos];
    if (first === 45 && endsAt(pos)) {
      bodyStart = pos;
      break;
    }
    if (first === 32 || first === 9) {
      const text = raw.toString('latin1', pos, lineEnd).trim();
      if (text === '' && current === null && count === 0) {
        // blank-looking lines before the first field are skipped
      } else if (text === '' && blankEndsBlock(raw, next, end)) {
        bodyStart = next;
        break;
      } else if (current) appendTo(current, text);
      pos = next;
      continue;
    }
    const colon = fieldColon(raw, pos, lineEnd);
    if (colon > 0) {
      if (count++ >= limits.headerCount) {
        problems.push('too many header fields; the rest was left out');
        bodyStart = endOfBlock(raw, pos, end);
        break;
      }
      const name = raw.toString('latin1', pos, colon).trimEnd().toLowerCase();
      const value = raw.toString('latin1', colon + 1, Math.min(lineEnd, colon + 1 + limits.headerValue)).trim();
      const seen = fields.get(name);
      if (seen) seen.push(value);
      else fields.set(name, [value]);
      current = fields.get(name) ?? null;
    } else if (!startsMbox(raw, pos, lineEnd)) {
      problems.push('a line among the headers is not a header');
      if (!fieldFollows(raw, next, end)) {
        bodyStart = pos;
        break;
      }
      if (current && count > 0) appendTo(current, raw.toString('latin1', pos, Math.min(lineEnd, pos + 2000)).trim());
    }
    pos = next;
  }
  if (bodyStart < 0) bodyStart = pos >= end ? end : endOfBlock(raw, pos, end);
  return {
    get: (name) => fields.get(name)?.[0],
    all: (name) => fields.get(name) ?? [],
    names: () => fields.keys(),
    bodyStart,
    problems,
  };
}

const never = (): boolean => false;

function appendTo(values: string[], text: string): void {
  const last = values.length - 1;
  const value = values[last] ?? '';
  if (value.length < limits.headerValue) values[last] = value === '' ? text : `${value} ${text}`;
}

/** Position of the colon when the line begins with a field name, else -1. */
function fieldColon(raw: Buffer, pos: number, lineEnd: number): number {
  const stop = Math.min(lineEnd, pos + 2_000);
  let spaced = false;
  for (let i = pos; i < stop; i++) {
    const c = raw[i] ?? 0;
    if (c === 58) return i;
    if (c === 32 || c === 9) spaced = true;
    else if (spaced || c < 33 || c > 126) return -1;
  }
  return -1;
}

function startsMbox(raw: Buffer, pos: number, lineEnd: number): boolean {
  const head = raw.toString('latin1', pos, Math.min(lineEnd, pos + 6));
  return head.startsWith('From ') || head.startsWith('>From ');
}

function fieldFollows(raw: Buffer, from: number, end: number): boolean {
  let pos = from;
  for (let lines = 0; lines < 4 && pos < end; lines++) {
    let eol = raw.indexOf(LF, pos);
    if (eol < 0 || eol > end) eol = end;
    const lineEnd = eol > pos && raw[eol - 1] === CR ? eol - 1 : eol;
    if (lineEnd === pos) return false;
    if (fieldColon(raw, pos, lineEnd) > 0 && !isUrlLike(raw, pos, lineEnd)) return true;
    pos = eol + 1;
  }
  return false;
}

function isUrlLike(raw: Buffer, pos: number, lineEnd: number): boolean {
  return /^[a-z]+:\/\//i.test(raw.toString('latin1', pos, Math.min(lineEnd, pos + 16)));
}

/** A line of only spaces ends the block unless a header follows it. */
function blankEndsBlock(raw: Buffer, next: number, end: number): boolean {
  if (next >= end) return true;
  const c = raw[next];
  if (c === 32 || c === 9) return false;
  let eol = raw.indexOf(LF, next);
  if (eol < 0 || eol > end) eol = end;
  return fieldColon(raw, next, eol) <= 0;
}

function endOfBlock(raw: Buffer, from: number, end: number): number {
  let pos = from;
  while (pos < end) {
    const eol = raw.indexOf(LF, pos);
    if (eol < 0 || eol >= end) return end;
    if (eol === pos || (eol === pos + 1 && raw[pos] === CR)) return eol + 1;
    pos = eol + 1;
  }
  return end;
}
