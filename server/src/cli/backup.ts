import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { resolve, sep } from 'node:path';
import { begun, expireAlone, makeBackup, makeBox, noteErasures, openPlace, recorded } from '../backup/index.ts';
import { VERSION } from '../base/config.ts';
import { NOWHERE } from '../base/db.ts';
import { secretKeys } from '../base/seal.ts';
import { bar, inBytes } from './bar.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

/** The first folder on the way to this place that is not there; an s3:// has none. */
function missing(where: string): string | undefined {
  if (where.startsWith('s3://')) return undefined;
  const steps = resolve(where).split(sep);
  const last = /[/\\]$/.test(where) ? steps.length : steps.length - 1;
  for (let n = 1; n <= last; n++) {
    const folder = steps.slice(0, n).join(sep) || sep;
    if (!existsSync(folder)) return folder;
  }
  return undefined;
}

export const command: Command = {
  help: `hearten backup [FILE.tar|FOLDER/|s3://BUCKET/…]

Everything, as it is at this moment, while people work on: all tables and all files. FILE.tar is one backup by itself. A
FOLDER or bucket holds many, and files that did not change since the last one are not copied again. Without a place: BACKUP_TO.

With a passphrase in BACKUP_PASSPHRASE it is encrypted, and holds the secret key too. Without, whoever has it can read
all mail; stored passwords stay sealed by the secret key, which is not in it: keep DATA_DIR/secret.key or your SECRET_KEY
yourself, apart from it.

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 75 stopped, 78 settings are wrong.`,
  options: { row: { type: 'string' } },
  takes: 'FILE|FOLDER|s3://…',
  run: (values) =>
    withHearten(async (hearten) => {
      const box = makeBox(hearten.config.BACKUP_PASSPHRASE);
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      const { config } = hearten;
      const where = text(values['FILE|FOLDER|s3://…']) || config.BACKUP_TO;
      if (!where) throw new Error('Say where to: a file, a folder or a bucket, here or in BACKUP_TO.');
      setPriority(10); // everything else on this machine goes first
      const fresh = missing(where);
      const place = await openPlace(where, 'write', config);
      // A place whose name was mistyped, or whose disk is not mounted, looks like this.
      const keys = secretKeys(config, true);
      const row =
        text(values.row) ||
        (await hearten.db.tx(NOWHERE, (tx) => begun(tx, place.name, { scheduled: false, encrypted: box.encrypted })));
      if (!row) {
        await place.drop();
        throw new Error(
          'Another backup is being made, or was broken off less than a minute ago. This one did not begin; repeat the command when that one is done, or in a minute.',
        );
      }
      if (fresh) print(`${fresh} was not there and is made.`);
      const line = bar('Backing up');
      try {
        const made = await recorded(hearten.db, row, (progress) =>
          makeBackup({
            url: hearten.db.url,
            files: hearten.files,
            place,
            box,
            key: keys.join('\n'),
            program: VERSION,
            progress: (share) => {
              progress(share);
              line.draw(share);
            },
            signal: stop.signal,
          }),
        );
        line.end();
        const rows = Object.values(made.tables).reduce((sum, one) => sum + one.rows, 0);
        print(
          `${place.name}: ${rows.toLocaleString('en')} rows and ${made.blobs.count.toLocaleString('en')} files as of ${made.at}, ${inBytes(made.size)} written.`,
        );
        for (const pack of made.missing)
          print(`The pack ${pack} is missing here or cut off, so what it held is not, or not all, in this backup.`);
        print(
          box.encrypted
            ? 'It is encrypted, and holds the secret key. Without the passphrase nobody can read it, you neither.'
            : 'It is not encrypted: whoever has it can read all mail. The secret key is not in it; keep that apart. BACKUP_PASSPHRASE encrypts.',
        );
        await noteErasures(hearten, place, box);
        if (where === config.BACKUP_TO) {
          const { gone, unread, others } = await expireAlone(hearten.db.url, place, box, config.BACKUP_KEEP, keys);
          if (gone.length > 0) print(`No longer kept: ${gone.join(', ')}.`);
          if (unread.length > 0)
            print(
              `Not opened with this passphrase, so kept with all they may need: ${unread.join(', ')}. Take them away yourself when you don't need them any more.`,
            );
          if (others > 0) print(`${others} of another desk are there too. They stay as they are.`);
        }
        return made.missing.length > 0 ? EXIT.failed : EXIT.well;
      } catch (error) {
        line.end();
        if (!stop.signal.aborted) throw error;
        print('Stopped. Nothing was kept of it.');
        return EXIT.later;
      }
    }),
};
