import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A folder with all that is above it, one after the other. Asked for at once, with Node's `recursive`, the kernel is asked for ever
 * where it makes none (/proc), and a disk that is mounted for reading only is said to be "not there".
 */
export async function folders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    const above = dirname(path);
    await folders(above);
    await mkdir(path).catch((again: unknown) => {
      if ((again as { code?: string }).code !== 'EEXIST') throw again;
    });
  }
}
