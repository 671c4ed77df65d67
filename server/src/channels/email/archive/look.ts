import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Reason } from '@hearten/contract';
import { Invalid } from '../../../base/errors.ts';
import { said, withWhy } from '../../../base/reasons.ts';

/** A file of mails (mbox), or of one mail (Maildir, .eml). */
export type Box = { kind: 'mbox'; path: string; name: string; gzip: boolean; size: number };
export type Letter = {
  kind: 'letter';
  path: string;
  name: string;
  /** Seconds, as the file's name or time says it was delivered; letters come in this order. */
  delivered: number;
  flags: string;
  size: number;
};
export type Archive = {
  boxes: Box[];
  letters: Letter[];
  bytes: number;
  /** Files that hold no mail, by name. */
  others: string[];
};

/** What is there: one mbox file, a Maildir with its folders, or a folder of either. Links are not followed. */
export async function lookAt(path: string): Promise<Archive> {
  const found: Archive = { boxes: [], letters: [], bytes: 0, others: [] };
  const info = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    const why: Reason =
      error.code === 'ENOENT'
        ? { code: 'import-nowhere', values: { path } }
        : { code: 'import-locked', values: { path, code: error.code ?? error.message } };
    throw withWhy(Invalid(said(why)), why);
  });
  if (info.isDirectory()) await folder(path, path, found);
  else await file(path, basename(path), info.size, info.mtimeMs, found);
  found.boxes.sort((a, b) => (a.name < b.name ? -1 : 1));
  found.letters.sort((a, b) => a.delivered - b.delivered || (keyOf(a) < keyOf(b) ? -1 : 1));
  return found;
}
/** By which a letter is known although its flags change: where it lies, and its name before them. */
export const keyOf = (letter: Letter): string => letter.name;

async function folder(path: string, top: string, found: Archive): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = new Set(entries.filter((one) => one.isDirectory()).map((one) => one.name));
  const maildir = names.has('cur') && (names.has('new') || names.has('tmp'));
  for (const entry of entries) {
    const at = join(path, entry.name);
    if (entry.isDirectory()) {
      // tmp holds what was never delivered whole.
      if (maildir && entry.name === 'tmp') continue;
      if (maildir && (entry.name === 'cur' || entry.name === 'new')) await letters(at, top, found);
      else await folder(at, top, found);
    } else if (entry.isFile()) {
      // A mail server's own notes beside the folders of a Maildir.
      if (maildir || /^(dovecot|courier|maildir|subscriptions|\.)/i.test(entry.name)) continue;
      const info = await lstat(at);
      await file(at, relative(top, at), info.size, info.mtimeMs, found);
    } else found.others.push(relative(top, at));
  }
}

async function letters(path: string, top: string, found: Archive): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const at = join(path, entry.name);
    const info = await lstat(at);
    const [name = '', flags = ''] = entry.name.split(/[:;!]2,/);
    const named = /^(\d{9,10})\b/.exec(name)?.[1];
    const home = relative(top, join(path, '..'));
    found.letters.push({
      kind: 'letter',
      path: at,
      name: join(home, name),
      delivered: named ? Number(named) : Math.floor(info.mtimeMs / 1000),
      flags,
      size: info.size,
    });
    found.bytes += info.size;
  }
}

async function file(path: string, name: string, size: number, mtimeMs: number, found: Archive): Promise<void> {
  if (/\.eml$/i.test(name)) {
    found.letters.push({ kind: 'letter', path, name, delivered: Math.floor(mtimeMs / 1000), flags: '', size });
    found.bytes += size;
    return;
  }
  const first = await beginning(path, false);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const start = (gzip ? await beginning(path, true) : first).toString('latin1').replace(/^[\r\n]+/, '');
  // Without a separator it is a mailbox only when it says so and begins with a header.
  if (start.startsWith('From ') || (/\.(mbox|mbx)(\.gz)?$/i.test(name) && /^[!-9;-~]+:/.test(start))) {
    found.boxes.push({ kind: 'mbox', path, name, gzip, size });
    found.bytes += size;
  } else if (size > 0) found.others.push(name);
}

async function beginning(path: string, unpack: boolean): Promise<Buffer> {
  const raw = createReadStream(path, { end: 64 * 1024 });
  const stream = unpack ? raw.pipe(createGunzip()) : raw;
  try {
    for await (const chunk of stream) return (chunk as Buffer).subarray(0, 200);
  } catch {
    return Buffer.alloc(0); // not gzip after all, or damaged at its very beginning: no mail that could be read
  } finally {
    raw.destroy();
    stream.destroy();
  }
  return Buffer.alloc(0);
}
