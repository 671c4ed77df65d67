import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { folders } from './folders.ts';
import type { Place } from './place.ts';

const BLOCK = 512;
const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** A header as POSIX has it (ustar). */
function head(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): number =>
    block.write(value.toString(8).padStart(length - 1, '0'), at);
  block.write(name, 0);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(Date.now() / 1000), 136, 12);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** One backup in one tar file, written from beginning to end. */
export async function tarPlace(path: string, how: 'write' | 'read'): Promise<Place> {
  const draft = `${path}.part`;
  if (how === 'write') await folders(dirname(path));
  const file = how === 'write' ? await open(draft, 'w+', 0o600) : await open(path, 'r');
  const index = how === 'read' ? await readIndex(file, path) : new Map<string, { at: number; size: number }>();
  let end = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    name: path,
    single: true,
    put: (name, bytes) => {
      const mine = turn.then(async () => {
        const tail = Buffer.alloc(padded(bytes.length) - bytes.length);
        await file.writev([head(name, bytes.length), bytes, tail], end);
        index.set(name, { at: end + BLOCK, size: bytes.length });
        end += BLOCK + padded(bytes.length);
      });
      turn = mine.catch(() => undefined); // told to the caller of `mine`
      return mine;
    },
    get: async (name) => {
      const found = index.get(name);
      if (!found) return undefined;
      const bytes = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(bytes, 0, found.size, found.at);
      if (bytesRead < found.size) throw new Error(`${path} ends in the middle of ${name}: it is damaged or cut off.`);
      return bytes;
    },
    list: async (prefix) => [...index.keys()].filter((name) => name.startsWith(prefix)).sort(),
    remove: async () => {
      throw new Error('Nothing is taken out of a file.');
    },
    end: async () => {
      await turn;
      if (how === 'write') {
        await file.write(Buffer.alloc(2 * BLOCK), 0, 2 * BLOCK, end);
        await file.sync();
      }
      await file.close();
      if (how === 'write') await rename(draft, path);
    },
    drop: async () => {
      await turn;
      await file.close();
      if (how === 'write') await rm(draft, { force: true });
    },
  };
}

/** A header says what its own bytes come to. */
function isWhole(block: Buffer): boolean {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 32 : byte;
  return Number.parseInt(block.toString('latin1', 148, 156), 8) === sum;
}

async function readIndex(file: FileHandle, path: string): Promise<Map<string, { at: number; size: number }>> {
  const index = new Map<string, { at: number; size: number }>();
  const block = Buffer.alloc(BLOCK);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(block, 0, BLOCK, at);
    if (bytesRead < BLOCK) throw new Error(`${path} is not a whole backup: it ends too early. Take another one.`);
    if (block[0] === 0) return index;
    if (block.toString('latin1', 257, 262) !== 'ustar' || !isWhole(block))
      throw new Error(
        at === 0
          ? `${path} is not a backup made by Hearten.`
          : `${path} is damaged: what stands at byte ${at} is not the beginning of one of its parts. Nothing was changed; take another backup.`,
      );
    const name = block.toString('utf8', 0, Math.max(0, block.subarray(0, 100).indexOf(0)) || 100);
    const size = Number.parseInt(block.toString('latin1', 124, 135), 8);
    index.set(name, { at: at + BLOCK, size });
    at += BLOCK + padded(size);
  }
}
