import { constants } from 'node:fs';
import { access, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import type { Finding } from './finding.ts';

const GB = 1024 ** 3;

/** Node, the data folder, the room on its disk, and the clock. */
export async function* lookAtMachine(config: Config): AsyncGenerator<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) yield { how: 'well', text: `Node ${process.versions.node}` };
  else
    yield {
      how: 'wrong',
      text: `Node ${process.versions.node} is too old: 22.18 or newer is needed. Start with npm start, which brings its own.`,
    };

  const folder = config.DATA_DIR;
  const there = await stat(folder).catch(() => undefined);
  if (!there) {
    yield { how: 'advice', text: `The data folder ${folder} is not there yet. The first \`npm start\` makes it.` };
    return;
  }
  const may = await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => there.isDirectory(),
    () => false,
  );
  if (may) yield { how: 'well', text: `The data folder is ${folder}` };
  else
    yield {
      how: 'wrong',
      text: `The data folder ${folder} can't be written by this user. Nothing new can be stored. Give it to the user that runs Hearten (chown -R).`,
    };

  const key = await stat(join(folder, 'secret.key')).catch(() => undefined);
  if (key && (key.mode & 0o077) !== 0)
    yield {
      how: 'wrong',
      text: `${join(folder, 'secret.key')} can be read by others on this machine, and it opens all stored passwords. chmod 600 it.`,
    };

  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  const share = disk.bavail / disk.blocks;
  const room = `${(free / GB).toFixed(1)} GB are free on its disk`;
  if (free < GB / 4) yield { how: 'wrong', text: `Only ${room}. When it is full no mail can be taken; make room.` };
  else if (free < 2 * GB || share < 0.05) yield { how: 'advice', text: `${room}. Make room soon.` };
  else yield { how: 'well', text: room };
  if (may) yield await clock(folder);
}

/** The disk's clock and ours: on a network drive, or in a machine that was asleep, they may differ. */
async function clock(folder: string): Promise<Finding> {
  const file = join(folder, `.doctor.${process.pid}`);
  await writeFile(file, '');
  const { mtimeMs } = await stat(file);
  await unlink(file);
  const apart = Math.abs(Date.now() - mtimeMs);
  const year = new Date().getUTCFullYear();
  if (year < 2026)
    return {
      how: 'wrong',
      text: `This machine believes it is ${year}. Set its clock, or mail and sign-ins will be wrong.`,
    };
  if (apart > 5_000)
    return { how: 'advice', text: `The clock of the disk is ${Math.round(apart / 1000)} s from that of this machine.` };
  return { how: 'well', text: `The clock says ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC` };
}
