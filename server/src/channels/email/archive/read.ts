import { open, readFile } from 'node:fs/promises';
import { headOf } from '../stub.ts';
import { headersOf, receivedAt, setAsideAs } from './about.ts';
import type { Archive, Box } from './look.ts';
import { readMbox } from './mbox.ts';

/** Where reading stands: how far in each mbox file, and how many of the letters, with the name of the last. */
export type Position = { boxes: Record<string, number>; letters: number; last: string };
export const beginning: Position = { boxes: {}, letters: 0, last: '' };

export type Piece = {
  name: string;
  bytes: Buffer;
  size: number;
  receivedAt: string;
  /** Why it is no correspondence, or null. */
  aside: string | null;
  /** Once this piece is safe, reading stands here. */
  move: (position: Position) => void;
  /** Bytes of the archive that are behind it. */
  read: number;
};

/** Whether the archive still is what it was where reading stopped; grown at its end, it is. */
export async function isWhereItWas(archive: Archive, position: Position): Promise<boolean> {
  if (position.letters > 0 && archive.letters[position.letters - 1]?.name !== position.last) return false;
  for (const [name, offset] of Object.entries(position.boxes)) {
    const box = archive.boxes.find((one) => one.name === name);
    if (!box) return false;
    if (!box.gzip && offset > 0 && !(await beginsAt(box.path, offset))) return false;
  }
  return true;
}
async function beginsAt(path: string, offset: number): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (offset >= size) return offset === size;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, offset);
    const text = buffer
      .subarray(0, bytesRead)
      .toString('latin1')
      .replace(/^[\r\n]+/, '');
    return text === '' || text.startsWith('From ');
  } finally {
    await file.close();
  }
}

/**
 * The mails of an archive from a position on, all files side by side, oldest first where the files themselves are in order: so an
 * answer from the folder of sent mail comes after what it answers.
 */
export async function* piecesOf(archive: Archive, position: Position, most: number): AsyncGenerator<Piece> {
  const lines: AsyncGenerator<Piece>[] = [];
  for (const box of archive.boxes) lines.push(ofBox(box, position.boxes[box.name] ?? 0, most));
  lines.push(ofLetters(archive, position.letters, most));
  const heads: { piece: Piece; line: AsyncGenerator<Piece> }[] = [];
  const next = async (line: AsyncGenerator<Piece>): Promise<void> => {
    const { value, done } = await line.next();
    if (!done) heads.push({ piece: value, line });
  };
  try {
    for (const line of lines) await next(line);
    while (heads.length > 0) {
      let first = 0;
      for (let i = 1; i < heads.length; i++)
        if ((heads[i]?.piece.receivedAt ?? '') < (heads[first]?.piece.receivedAt ?? '')) first = i;
      const [head] = heads.splice(first, 1);
      if (!head) return;
      yield head.piece;
      await next(head.line);
    }
  } finally {
    for (const line of lines) await line.return(undefined);
  }
}

async function* ofBox(box: Box, from: number, most: number): AsyncGenerator<Piece> {
  // Of a packed file nobody knows how long it is unpacked; its share goes by what archives of mail usually come to.
  const share = box.gzip ? 0.35 : 1;
  for await (const { start, end, line, bytes, size } of readMbox(box.path, box.gzip, from, most)) {
    const header = headersOf(bytes);
    yield {
      name: box.name,
      bytes: size > most ? Buffer.from(headOf(bytes)) : bytes,
      size,
      receivedAt: receivedAt(header, line, null),
      aside: setAsideAs(header, box.name, ''),
      move: (position) => {
        position.boxes[box.name] = end;
      },
      read: (end - start) * share,
    };
  }
}

async function* ofLetters(archive: Archive, from: number, most: number): AsyncGenerator<Piece> {
  for (let i = from; i < archive.letters.length; i++) {
    const letter = archive.letters[i];
    if (!letter) return;
    const bytes = await bytesAt(letter.path, letter.size, most);
    const header = headersOf(bytes);
    yield {
      name: letter.name,
      bytes: letter.size > most ? Buffer.from(headOf(bytes)) : bytes,
      size: letter.size,
      receivedAt: receivedAt(header, '', letter.delivered),
      aside: setAsideAs(header, letter.name.replace(/[\\/][^\\/]*$/, ''), letter.flags),
      move: (position) => {
        position.letters = i + 1;
        position.last = letter.name;
      },
      read: letter.size,
    };
  }
}
async function bytesAt(path: string, size: number, most: number): Promise<Buffer> {
  if (size <= most) return readFile(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024 * 1024), 0, 1024 * 1024, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
