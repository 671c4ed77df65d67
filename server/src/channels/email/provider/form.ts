/** The fields of a posted form, each as the bytes it was sent in: raw mail is no text in any one charset. */
export type Form = { get: (name: string) => Buffer | undefined; text: (name: string) => string };

const MOST_FIELDS = 1000;

/** multipart/form-data or application/x-www-form-urlencoded; null when it is neither, or ends before it should. */
export function readForm(contentType: string, body: Buffer): Form | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const fields =
    type === 'application/x-www-form-urlencoded'
      ? readUrlEncoded(body)
      : type === 'multipart/form-data'
        ? readMultipart(boundaryOf(contentType), body)
        : null;
  if (!fields) return null;
  return { get: (name) => fields.get(name), text: (name) => fields.get(name)?.toString('utf8') ?? '' };
}

function boundaryOf(contentType: string): string | null {
  const found = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

function readUrlEncoded(body: Buffer): Map<string, Buffer> | null {
  const fields = new Map<string, Buffer>();
  for (let at = 0; at < body.length && fields.size < MOST_FIELDS; ) {
    const next = body.indexOf(0x26, at);
    const end = next < 0 ? body.length : next;
    const equals = body.indexOf(0x3d, at);
    const split = equals < 0 || equals > end ? end : equals;
    const name = decoded(body.subarray(at, split)).toString('utf8');
    if (!fields.has(name)) fields.set(name, decoded(body.subarray(Math.min(split + 1, end), end)));
    at = end + 1;
  }
  return fields;
}

const digit = (byte: number | undefined): number =>
  byte === undefined
    ? -1
    : byte >= 48 && byte <= 57
      ? byte - 48
      : (byte | 32) >= 97 && (byte | 32) <= 102
        ? (byte | 32) - 87
        : -1;
/** `+` and `%41`, byte by byte; a `%` that begins nothing stays one. */
function decoded(from: Buffer): Buffer {
  const out = Buffer.allocUnsafe(from.length);
  let n = 0;
  for (let i = 0; i < from.length; i++) {
    const byte = from[i] as number;
    const high = byte === 0x25 ? digit(from[i + 1]) : -1;
    const low = high < 0 ? -1 : digit(from[i + 2]);
    if (low >= 0) {
      out[n++] = high * 16 + low;
      i += 2;
    } else out[n++] = byte === 0x2b ? 0x20 : byte;
  }
  return out.subarray(0, n);
}

function readMultipart(boundary: string | null, body: Buffer): Map<string, Buffer> | null {
  if (!boundary) return null;
  const fields = new Map<string, Buffer>();
  const line = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first boundary stands at the very beginning, or after a preamble.
  let at = body.indexOf(line.subarray(2));
  if (at < 0) return null;
  at += line.length - 2;
  while (fields.size < MOST_FIELDS) {
    if (body[at] === 0x2d && body[at + 1] === 0x2d) return fields;
    const start = body.indexOf('\r\n', at);
    const headEnd = start < 0 ? -1 : body.indexOf('\r\n\r\n', start);
    const end = headEnd < 0 ? -1 : body.indexOf(line, headEnd + 2);
    // Cut short on its way: half a mail must not pass for a whole one.
    if (end < 0) return null;
    const head = body.subarray(start, headEnd).toString('latin1');
    const name = /content-disposition:[^\r\n]*?[;\s]name=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(head);
    const key = name?.[1] ?? name?.[2];
    if (key !== undefined && !fields.has(key)) fields.set(key, body.subarray(Math.min(headEnd + 4, end), end));
    at = end + line.length;
  }
  return null;
}
