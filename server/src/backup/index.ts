import { Conflict, Invalid } from '../base/errors.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten, Module } from '../base/module.ts';
import { storageOf } from '../base/quota.ts';
import { say } from '../base/words.ts';
import { makeBox } from './box.ts';
import { noteInPlace } from './erased.ts';
import { lastBackups } from './record.ts';
import { releaseBy } from './release.ts';
import { backUpNow, endLeft, keepBackedUp } from './schedule.ts';
import { keepSwept } from './sweep.ts';

export { type Box, makeBox } from './box.ts';
export { checkBackup, checkDesk, type Found } from './check.ts';
export { erasedSince, noteErasures } from './erased.ts';
export { makeBackup } from './make.ts';
export { chosen, type Manifest } from './manifest.ts';
export { movePacks } from './move.ts';
export { openPlace, type Place } from './place.ts';
export { begun, newest, recorded } from './record.ts';
export { release } from './release.ts';
export { reseal } from './reseal.ts';
export { restoreBackup } from './restore.ts';
export { expire, expireAlone } from './retention.ts';
export { GRACE, orphans } from './sweep.ts';

/** Backups of the whole installation: made by hand or by the clock, and what a restored desk does until it is released. */
export function backup(hearten: Hearten): Module {
  const { config } = hearten;
  return {
    name: 'backup',
    routes: {
      'GET /backups': async ({ tx }) => {
        await endLeft(hearten);
        return {
          to: config.BACKUP_TO?.replace(/\?.*/, '') ?? null,
          at: config.BACKUP_AT,
          keep: config.BACKUP_KEEP,
          encrypted: config.BACKUP_PASSPHRASE !== undefined,
          backups: await tx(lastBackups),
        };
      },
      'POST /backups': async ({ who }) => {
        if (!config.BACKUP_TO) throw Invalid(say('No place for backups is set (BACKUP_TO). Nothing was made.'));
        if (!(await backUpNow(hearten, false)))
          throw Conflict(say('Another backup is being made. This one did not begin; make one when that is done.'));
        return { backups: await hearten.db.tx(who.workspaceId, lastBackups) };
      },
      'POST /release': ({ who }) => releaseBy(hearten, who),
      'GET /storage': ({ tx }) => tx((t) => storageOf(t, hearten)),
    },
    on: {
      'customer.erased': async (tx) => {
        if (config.BACKUP_TO) await jobs.add(tx, 'note-erasures', {}, { key: 'note-erasures', tries: 20 });
      },
    },
    jobs: { 'note-erasures': async () => void (await noteInPlace(hearten, makeBox(config.BACKUP_PASSPHRASE))) },
    start: async () => {
      const ends = [keepBackedUp(hearten), keepSwept(hearten)];
      return async () => {
        for (const end of ends) await end();
      };
    },
  };
}
