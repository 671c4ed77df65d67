import type { TransferEncoding } from '../types.ts';

export function transferEncoding(value: string | undefined): TransferEncoding {
  const v = (value ?? '')
    .trim()
    .toLowerCase()
    .replace(/["';].*$/, '');
  if (v.startsWith('base64') || v === 'b64') return 'base64';
  if (v.startsWith('quoted') || v === 'qp') return 'quoted-printable';
  if (v.includes('uuencode') || v === 'x-uue' || v === 'uue') return 'uuencode';
  return '7bit';
}

export function decodeTransfer(bytes: Buffer, encoding: TransferEncoding): Buffer {
  if (encoding === 'base64') return decodeBase64(bytes);
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(bytes);
  if (encoding === 'uuencode') return decodeUu(bytes);
  return bytes;
}

/** Bytes `decodeTransfer` would give, without decoding what is large. */
export function decodedSize(bytes: Buffer, encoding: TransferEncoding): number {
  if (encoding === 'base64') return base64Size(bytes);
  if (encoding === 'quoted-printable') return quotedPrintableSize(bytes);
  if (encoding === 'uuencode') return decodeUu(bytes).length;
  return bytes.length;
}

/** Padding may stand in the middle where two encodings were glued together; each piece is decoded alone. */
function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const pad = text.indexOf('=');
  const rest = pad < 0 ? '' : text.slice(pad).replace(/^=+/, '');
  if (rest.trim() === '') return Buffer.from(text, 'base64');
  // a mailing list's footer behind the padding is no base64
  if (!/^[\sA-Za-z0-9+/=]*$/.test(rest.slice(0, 200))) return Buffer.from(text.slice(0, pad), 'base64');
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, 'base64')));
}

/**
 * Lines of even length are the rule, so the size follows from the first line; anything irregular is counted byte by
 * byte. A 25 MB attachment costs a walk over its line ends only.
 */
function base64Size(bytes: Buffer): number {
  const n = bytes.length;
  const pad = bytes.indexOf(61);
  if (pad >= 0 && pad < n - 6) return decodeBase64(bytes).length;
  const first = bytes.indexOf(10);
  if (first > 0 && n > 4096) {
    const crlf = bytes[first - 1] === 13;
    const width = first - (crlf ? 1 : 0);
    const step = first + 1;
    let pos = 0;
    while (
      pos + step <= n &&
      bytes[pos + step - 1] === 10 &&
      (!crlf || bytes[pos + step - 2] === 13) &&
      width % 4 === 0
    )
      pos += step;
    if (pos > 0) {
      const full = (pos / step) * width;
      return countBase64(bytes, pos, full, bytes[pos - 1 - (crlf ? 1 : 0) - 1] === 61);
    }
  }
  return countBase64(bytes, 0, 0, false);
}

function countBase64(bytes: Buffer, from: number, already: number, padded: boolean): number {
  if (padded && from === bytes.length) return Buffer.from(bytes.toString('latin1'), 'base64').length;
  let chars = already;
  for (let i = from; i < bytes.length; i++) {
    const c = bytes[i] ?? 0;
    if (
      (c >= 65 && c <= 90) ||
      (c >= 97 && c <= 122) ||
      (c >= 48 && c <= 57) ||
      c === 43 ||
      c === 47 ||
      c === 45 ||
      c === 95
    )
      chars++;
    else if (c === 61) {
      let rest = i;
      while (rest < bytes.length && ((bytes[rest] ?? 0) <= 32 || bytes[rest] === 61)) rest++;
      if (rest < bytes.length) return decodeBase64(bytes).length;
      break;
    }
  }
  return Math.floor((chars * 3) / 4);
}

export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  if (bytes.indexOf(61) < 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let n = 0;
  let i = 0;
  while (i < bytes.length) {
    const eq = bytes.indexOf(61, i);
    const stop = eq < 0 ? bytes.length : eq;
    n += bytes.copy(out, n, i, stop);
    if (eq < 0) break;
    const high = hex(bytes[eq + 1]);
    const low = hex(bytes[eq + 2]);
    if (high >= 0 && low >= 0) {
      out[n++] = high * 16 + low;
      i = eq + 3;
      continue;
    }
    const soft = softBreak(bytes, eq + 1);
    if (soft > 0) i = soft;
    else {
      out[n++] = 61;
      i = eq + 1;
    }
  }
  return out.subarray(0, n);
}

function quotedPrintableSize(bytes: Buffer): number {
  let size = bytes.length;
  for (let eq = bytes.indexOf(61); eq >= 0; eq = bytes.indexOf(61, eq + 1)) {
    if (hex(bytes[eq + 1]) >= 0 && hex(bytes[eq + 2]) >= 0) size -= 2;
    else {
      const soft = softBreak(bytes, eq + 1);
      if (soft > 0) size -= soft - eq;
    }
  }
  return size;
}

/** Position after "=", optional blanks and the line end; 0 when it isn't a soft line break. */
function softBreak(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && i - from < 80 && (bytes[i] === 32 || bytes[i] === 9)) i++;
  if (bytes[i] === 10) return i + 1;
  if (bytes[i] === 13) return bytes[i + 1] === 10 ? i + 2 : i + 1;
  return i >= bytes.length ? i : 0;
}

function hex(c: number | undefined): number {
  if (c === undefined) return -1;
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 65 && c <= 70) return c - 55;
  if (c >= 97 && c <= 102) return c - 87;
  return -1;
}

/** Decodes the lines between "begin" and "end"; also takes the lines alone. */
export function decodeUu(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  let pos = 0;
  while (pos < bytes.length) {
    let eol = bytes.indexOf(10, pos);
    if (eol < 0) eol = bytes.length;
    const stop = bytes[eol - 1] === 13 ? eol - 1 : eol;
    const head = bytes.toString('latin1', pos, Math.min(stop, pos + 6));
    if (head === 'end' || head.startsWith('end ')) break;
    if (!head.startsWith('begin ') && stop > pos) {
      const length = ((bytes[pos] ?? 32) - 32) & 63;
      if (length === 0) break;
      const line = Buffer.alloc(length);
      for (let k = 0, from = pos + 1; k < length; k += 3, from += 4) {
        const quad = [0, 1, 2, 3].map((d) => (from + d < stop ? ((bytes[from + d] ?? 32) - 32) & 63 : 0));
        const [a = 0, b = 0, c = 0, d = 0] = quad;
        line[k] = (a << 2) | (b >> 4);
        if (k + 1 < length) line[k + 1] = ((b & 15) << 4) | (c >> 2);
        if (k + 2 < length) line[k + 2] = ((c & 3) << 6) | d;
      }
      out.push(line);
    }
    pos = eol + 1;
  }
  return Buffer.concat(out);
}
