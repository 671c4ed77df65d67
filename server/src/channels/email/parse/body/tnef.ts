import { decodeBytes } from '../charset/decode.ts';

/** A file inside winmail.dat; positions are in the decoded container. */
export type TnefFile = {
  filename: string;
  contentType: string | null;
  contentId: string | null;
  start: number;
  end: number;
};

export type Tnef = { files: TnefFile[]; text: string | null; html: string | null };

const SIGNATURE = 0x223e9f78;
const MAX_FILES = 500;
const MAX_PROPERTIES = 5_000;

const ATTACH_START = 0x9002;
const ATTACH_TITLE = 0x8010;
const ATTACH_DATA = 0x800f;
const ATTACH_PROPERTIES = 0x9005;
const MESSAGE_PROPERTIES = 0x9003;
const MESSAGE_BODY = 0x800c;
const CODEPAGE = 0x9007;

type Draft = {
  title: string;
  long: string;
  contentType: string | null;
  contentId: string | null;
  start: number;
  end: number;
};

/** Outlook's "rich text" container: attributes one after the other, each with level, id, length and checksum. */
export function readTnef(bytes: Buffer): Tnef | null {
  if (bytes.length < 16 || bytes.readUInt32LE(0) !== SIGNATURE) return null;
  const drafts: Draft[] = [];
  const out: Tnef = { files: [], text: null, html: null };
  let charset = 'windows-1252';
  let pos = 6;
  while (pos + 9 <= bytes.length && drafts.length < MAX_FILES) {
    const id = bytes.readUInt16LE(pos + 1);
    const length = bytes.readUInt32LE(pos + 5);
    const start = pos + 9;
    const end = start + length;
    if (end > bytes.length) break;
    const data = bytes.subarray(start, end);
    const draft = drafts.at(-1);
    if (id === CODEPAGE && length >= 4) charset = `windows-${data.readUInt32LE(0)}`;
    else if (id === ATTACH_START)
      drafts.push({ title: '', long: '', contentType: null, contentId: null, start: 0, end: 0 });
    else if (id === ATTACH_TITLE && draft) draft.title = plain(data, charset);
    else if (id === ATTACH_DATA && draft) Object.assign(draft, { start, end });
    else if (id === ATTACH_PROPERTIES && draft) readAttachmentProperties(data, start, charset, draft);
    else if (id === MESSAGE_BODY) out.text ??= plain(data, charset);
    else if (id === MESSAGE_PROPERTIES) readMessageProperties(data, charset, out);
    pos = end + 2;
  }
  for (const [n, d] of drafts.entries()) {
    if (d.end <= d.start) continue;
    const filename = baseName(d.long || d.title) || `attachment-${n + 1}`;
    out.files.push({ filename, contentType: d.contentType, contentId: d.contentId, start: d.start, end: d.end });
  }
  return out;
}

function readMessageProperties(data: Buffer, charset: string, out: Tnef): void {
  eachProperty(data, charset, (id, text, from, to) => {
    if (id === 0x1000 && text) out.text ??= text;
    if (id === 0x1013) out.html ??= text ?? decodeBytes(data.subarray(from, to), null);
  });
}

function readAttachmentProperties(data: Buffer, base: number, charset: string, draft: Draft): void {
  eachProperty(data, charset, (id, text, from, to) => {
    if (id === 0x3707 && text) draft.long = text;
    else if (id === 0x3704 && text && draft.title === '') draft.title = text;
    else if (id === 0x370e && text && /^[\w.+-]+\/[\w.+-]+$/.test(text)) draft.contentType = text.toLowerCase();
    else if (id === 0x3712 && text) draft.contentId = text;
    else if (id === 0x3701 && draft.end === 0 && to - from > 16)
      Object.assign(draft, { start: base + from, end: base + to });
  });
}

/** Walks a MAPI property list. Stops at the first thing it doesn't understand: what came before stays good. */
function eachProperty(
  data: Buffer,
  charset: string,
  use: (id: number, text: string | null, from: number, to: number) => void,
): void {
  if (data.length < 4) return;
  const count = Math.min(data.readUInt32LE(0), MAX_PROPERTIES);
  let pos = 4;
  for (let n = 0; n < count && pos + 4 <= data.length; n++) {
    const type = data.readUInt16LE(pos);
    const id = data.readUInt16LE(pos + 2);
    pos += 4;
    if (id >= 0x8000) pos = afterName(data, pos);
    const base = type & 0xfff;
    const many = (type & 0x1000) !== 0;
    const fixed = FIXED[base];
    if (fixed !== undefined) {
      const values = many ? uint32(data, pos) : 1;
      pos += (many ? 4 : 0) + fixed * values;
      if (values > MAX_PROPERTIES) return;
      continue;
    }
    if (base !== 0x1e && base !== 0x1f && base !== 0x0d && base !== 0x102) return;
    const values = uint32(data, pos);
    pos += 4;
    if (values > MAX_PROPERTIES) return;
    for (let v = 0; v < values; v++) {
      const length = uint32(data, pos);
      const from = pos + 4 + (base === 0x0d ? 16 : 0);
      const to = pos + 4 + length;
      if (to > data.length) return;
      use(id, textOf(data.subarray(from, to), base, charset), from, to);
      pos = to + ((4 - (length % 4)) % 4);
    }
  }
}

const FIXED: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };

/** Named properties carry a guid and a number or a name. */
function afterName(data: Buffer, pos: number): number {
  const kind = uint32(data, pos + 16);
  if (kind === 0) return pos + 24;
  const length = uint32(data, pos + 20);
  return pos + 24 + length + ((4 - (length % 4)) % 4);
}

function textOf(bytes: Buffer, base: number, charset: string): string | null {
  if (base === 0x1f) return bytes.toString('utf16le').replace(/\0+$/, '');
  return base === 0x1e ? plain(bytes, charset) : null;
}

const uint32 = (data: Buffer, pos: number): number =>
  pos >= 0 && pos + 4 <= data.length ? data.readUInt32LE(pos) : 0xffffffff;
const plain = (bytes: Buffer, charset: string): string => decodeBytes(bytes, charset).replace(/\0+$/, '');
const baseName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1).trim();
