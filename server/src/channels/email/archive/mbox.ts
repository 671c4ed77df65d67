import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One mail of an mbox file: where it stands in the (unpacked) file, what its separator said, its bytes as they were sent. */
export type Found = {
  start: number;
  end: number;
  /** The separator without its "From "; empty when the file begins without one. */
  line: string;
  bytes: Buffer;
  /** Of the whole mail; more than `bytes` holds when it was too large to keep. */
  size: number;
};

const CHUNK = 1024 * 1024;
const LONGEST_LINE = 4096;
const HEAD = 1024 * 1024; // kept of a mail that is larger than is taken
const FROM = Buffer.from('\nFrom ');
/** `ada@example.com Sat Jan  3 01:05:34 2026`, with or without seconds, a zone before or after the year, or a remote host. */
const SEPARATOR = /\b\d{1,2}:\d{2}(:\d{2})?\b.*\b(19|20)\d{2}\b|\b(19|20)\d{2}\b.*\b\d{1,2}:\d{2}\b/;
const HEADER = /^(>?From |[!-9;-~]{1,200}[ \t]*:)/;

/** Yesterday's formats all call themselves mbox: .gz is unpacked on the way, nothing is read whole. */
function bytesOf(path: string, gzip: boolean, from: number): Readable {
  if (!gzip) return createReadStream(path, { start: from, highWaterMark: CHUNK });
  const raw = createReadStream(path, { highWaterMark: CHUNK });
  const out = createGunzip({ chunkSize: CHUNK });
  raw.on('error', (error) => out.destroy(error));
  out.on('close', () => raw.destroy());
  return raw.pipe(out);
}

/**
 * The mails of an mbox file, in order, beginning at `from`, which is where one began before. A separator is a line "From …" with a
 * time and a year after an empty line, and a header below it: words of a mail that only begin with "From" are none. mboxo and mboxrd
 * put ">" before such lines, which is taken off again; mboxcl2 tells the length instead, and is believed when a separator stands
 * where it says. A mail above `most` bytes is passed over without holding it, and comes with its beginning.
 */
export async function* readMbox(path: string, gzip: boolean, from: number, most: number): AsyncGenerator<Found> {
  const stream = bytesOf(path, gzip, from);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);
  let base = from; // where `held` begins in the file
  let ended = false;
  let skip = gzip ? from : 0;
  const more = async (): Promise<boolean> => {
    while (!ended) {
      const next = await chunks.next();
      if (next.done) {
        ended = true;
        return false;
      }
      let chunk = next.value;
      if (skip > 0) {
        const off = Math.min(skip, chunk.length);
        skip -= off;
        chunk = chunk.subarray(off);
        if (chunk.length === 0) continue;
      }
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      return true;
    }
    return false;
  };
  const have = async (length: number): Promise<boolean> => {
    while (held.length < length) if (!(await more())) return false;
    return true;
  };
  const drop = (length: number): void => {
    held = held.subarray(length);
    base += length;
  };
  try {
    for (;;) {
      // Empty lines before the first mail, and what hangs over from the one before.
      while (await have(1)) {
        if (held[0] !== 10 && held[0] !== 13) break;
        drop(1);
      }
      if (held.length === 0) return;
      const start = base;
      let line = '';
      await have(5);
      if (held.subarray(0, 5).toString('latin1') === 'From ') {
        await have(LONGEST_LINE);
        const end = held.indexOf(10);
        line = held
          .subarray(5, end < 0 ? held.length : end)
          .toString('latin1')
          .trim();
        drop(end < 0 ? held.length : end + 1);
      }
      const mail = await one(held, most, { more, held: () => held, drop });
      yield { start, end: base, line, bytes: mail.bytes, size: mail.size };
    }
  } finally {
    stream.destroy();
  }
}

type Window = { more: () => Promise<boolean>; held: () => Buffer; drop: (length: number) => void };

/** From the first header to the separator of the next mail, or to the end of the file; the window stands behind it after. */
async function one(_start: Buffer, most: number, window: Window): Promise<{ bytes: Buffer; size: number }> {
  const told = await toldLength(window, most);
  if (told !== null) {
    const bytes = Buffer.from(window.held().subarray(0, told));
    window.drop(told);
    // With a length and yet a bare "From " inside it is mboxcl2, which puts no ">" before anything.
    const plain = bytes.indexOf(FROM) >= 0;
    return { bytes: plain ? bytes : unquoted(bytes), size: told };
  }
  let look = 0;
  let passed = 0;
  let head: Buffer | null = null;
  for (;;) {
    const held = window.held();
    const at = held.indexOf(FROM, look);
    // A separator needs the line itself and the one below it to be recognised.
    if (at >= 0 && held.length < at + 2 * LONGEST_LINE && (await window.more())) continue;
    if (at >= 0) {
      if (!isSeparator(held, at + 1)) {
        look = at + 1;
        continue;
      }
      const end = lineBefore(held, at + 1);
      const rest = held.subarray(0, end);
      const bytes = head ?? unquoted(Buffer.from(rest));
      window.drop(at + 1);
      return { bytes, size: passed + end };
    }
    if (held.length > most) {
      // Too large: its beginning is kept, the rest goes by. What may be the beginning of a separator stays.
      head ??= Buffer.from(held.subarray(0, HEAD));
      const off = held.length - 2 * LONGEST_LINE;
      passed += off;
      window.drop(off);
      look = 0;
      continue;
    }
    look = Math.max(0, held.length - FROM.length);
    if (!(await window.more())) {
      const rest = window.held();
      const end = trimmed(rest);
      const bytes = head ?? unquoted(Buffer.from(rest.subarray(0, end)));
      const size = passed + end;
      window.drop(rest.length);
      return { bytes, size };
    }
  }
}

/** Whether a separator begins here: a line, after an empty one, with a time and a year, above a header. */
function isSeparator(held: Buffer, at: number): boolean {
  const before = held[at - 2] === 13 ? at - 3 : at - 2; // the byte before the line end above
  if (before >= 0 && held[before] !== 10) return false;
  const end = held.indexOf(10, at);
  if (end < 0 || end - at > LONGEST_LINE) return false;
  if (!SEPARATOR.test(held.subarray(at + 5, end).toString('latin1'))) return false;
  return HEADER.test(held.subarray(end + 1, end + 1 + 260).toString('latin1'));
}

/** The end of the mail before a separator: the empty line between is not part of it. */
function lineBefore(held: Buffer, at: number): number {
  let end = at;
  if (held[end - 1] === 10) end--;
  if (held[end - 1] === 13) end--;
  return end;
}
function trimmed(rest: Buffer): number {
  let end = rest.length;
  // One empty line at the end belongs to the file, not to the last mail.
  if (rest[end - 1] === 10) {
    const before = rest[end - 2] === 13 ? end - 2 : end - 1;
    if (rest[before - 1] === 10) end = before;
  }
  return end;
}

/** The length in the headers, when a separator or the end of the file stands behind so many bytes; null when it lies. */
async function toldLength(window: Window, most: number): Promise<number | null> {
  let end = -1;
  while (end < 0) {
    end = headEnd(window.held());
    if (end < 0 && (window.held().length > HEAD || !(await window.more()))) break;
  }
  if (end < 0) return null;
  const told = /^content-length:[ \t]*(\d{1,12})[ \t]*\r?$/im.exec(
    window.held().subarray(0, end).toString('latin1'),
  )?.[1];
  if (told === undefined) return null;
  const length = end + Number(told);
  if (length > most) return null;
  while (window.held().length < length + 16) if (!(await window.more())) break;
  const held = window.held();
  if (held.length < length) return null;
  let at = length;
  while (held[at] === 10 || held[at] === 13) at++;
  if (at === held.length) return length;
  return held.subarray(at, at + 5).toString('latin1') === 'From ' && (at > length || held[length - 1] === 10)
    ? length
    : null;
}
function headEnd(held: Buffer): number {
  const lf = held.indexOf('\n\n');
  const crlf = held.indexOf('\r\n\r\n');
  if (lf < 0 && crlf < 0) return -1;
  return crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf + 2;
}

/** `>From `, `>>From ` at the beginning of a line lose one `>`. */
function unquoted(bytes: Buffer): Buffer {
  if (bytes.indexOf('\n>') < 0 && bytes[0] !== 62) return bytes;
  let out: Buffer[] | null = null;
  let kept = 0;
  for (let at = bytes[0] === 62 ? 0 : bytes.indexOf('\n>') + 1; ; ) {
    let end = at;
    while (bytes[end] === 62) end++;
    if (bytes.subarray(end, end + 5).toString('latin1') === 'From ') {
      out ??= [];
      out.push(bytes.subarray(kept, at));
      kept = at + 1;
    }
    const next = bytes.indexOf('\n>', end);
    if (next < 0) break;
    at = next + 1;
  }
  return out ? Buffer.concat([...out, bytes.subarray(kept)]) : bytes;
}
