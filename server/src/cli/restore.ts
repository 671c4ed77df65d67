import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Box,
  chosen,
  erasedSince,
  type Manifest,
  makeBox,
  openPlace,
  type Place,
  restoreBackup,
} from '../backup/index.ts';
import type { Config } from '../base/config.ts';
import type { Tx } from '../base/db.ts';
import { borrowPostgres } from '../base/embedded.ts';
import { opensCheck } from '../base/key-check.ts';
import { type Log, makeLog } from '../base/log.ts';
import type { Store } from '../base/store.ts';
import { openStores } from '../base/store-s3.ts';
import { eraseVisitors } from '../channels/chat/index.ts';
import { email } from '../channels/email/index.ts';
import type { Noted } from '../conversations/index.ts';
import { eraseAgain } from '../privacy/index.ts';
import { openHearten } from '../run.ts';
import { bar } from './bar.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { configOf } from './with-hearten.ts';

/** Who was erased since, as it is noted beside these backups and where others of this desk are made. */
async function notesOf(
  config: Config,
  box: Box,
  place: Place,
  { at, installation }: Manifest,
  more: string,
): Promise<Noted[]> {
  const notes = await erasedSince(place, box, at, installation);
  for (const where of new Set([more, config.BACKUP_TO ?? ''].filter(Boolean))) {
    // What is named here must be there; the place of the settings may be new, too.
    const other = await openPlace(where, 'read', config).catch((error) => {
      if (where === more) throw error;
      return undefined;
    });
    if (!other) continue;
    try {
      if (other.name !== place.name) notes.push(...(await erasedSince(other, box, at, installation)));
    } finally {
      await other.end();
    }
  }
  return notes;
}

/** At once, so that nobody who looks at the restored desk sees them; broken off, jobs do it after the release. */
async function eraseNow(config: Config, url: string, log: Log, notes: readonly Noted[]): Promise<string> {
  const { hearten, close } = await openHearten(config, url, log);
  let people = 0;
  let unread = 0;
  try {
    const mail = email(hearten);
    const erase = async (tx: Tx, addresses: string[]): Promise<void> => {
      await mail.erase(tx, addresses);
      await eraseVisitors(tx, addresses);
    };
    for (const note of notes) {
      const again = await eraseAgain(hearten, note, erase);
      people += again.people;
      if (!again.read) unread++;
    }
  } finally {
    await close();
  }
  return unread === 0
    ? `Erased again, since they had been after this backup was made: ${people}.`
    : `Erased again: ${people}. The secret key does not open what keeps the mail of ${unread} of them from coming in again: look for them once the mailboxes are read.`;
}

const BLIND =
  'Who was erased after this backup was made is not noted beside a single file, and may be back. The audit log of the former desk names them by id: erase them again, or restore with --erased and the place of its backups.';

export const command: Command = {
  help: `hearten restore FILE.tar|FOLDER/|s3://BUCKET/… [--run NAME] [--erased FOLDER/|s3://…] [--plain] [--without-key]

Puts a backup onto an empty machine: into the database that the settings name (or the embedded one), and DATA_DIR. What
holds anything already is refused. What lies there afterwards is compared with what was backed up.

The restored desk is held: it sends no mail, notification or webhook and fetches no mail, until an owner lets it in the
app, or you with: hearten release.

The secret key that sealed the stored passwords must be there first: SECRET_KEY, or DATA_DIR/secret.key. An encrypted
backup brings it along; its passphrase is read from BACKUP_PASSPHRASE.
  --run          of a folder: which backup (the newest; where two desks keep theirs in it, one has to be named)
  --erased       where else it is noted who was erased since: beside other backups of this desk. Read are the place
                 itself and BACKUP_TO, too. Whom they name is erased again, before anybody can look
  --plain        the backup was made before there was a passphrase, and is not encrypted
  --without-key  the key is lost: passwords of mailboxes and second factors have to be entered anew

Broken off, the same command begins anew.

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {
    run: { type: 'string' },
    erased: { type: 'string' },
    plain: { type: 'boolean' },
    'without-key': { type: 'boolean' },
  },
  takes: 'FILE|FOLDER|s3://…',
  needs: ['FILE|FOLDER|s3://…'],
  run: async (values) => {
    const config = configOf();
    if (!config) return EXIT.config;
    const box = makeBox(config.BACKUP_PASSPHRASE, values.plain === true);
    const place = await openPlace(text(values['FILE|FOLDER|s3://…']), 'read', config);
    const manifest = await chosen(place, box, text(values.run) || undefined);
    const notes = await notesOf(config, box, place, manifest, text(values.erased));
    const keyFile = join(config.DATA_DIR, 'secret.key');
    const keyHere = config.SECRET_KEY !== undefined || existsSync(keyFile);
    if (!keyHere && manifest.key === null && values['without-key'] !== true)
      throw new Error(
        `The secret key is missing, and this backup does not hold it. Nothing was changed. Put it into ${keyFile} or SECRET_KEY; if it is lost, say --without-key.`,
      );
    if (
      keyHere &&
      manifest.keyCheck !== null &&
      values['without-key'] !== true &&
      !opensCheck(config, manifest.keyCheck)
    )
      throw new Error(
        `The secret key here (${config.SECRET_KEY ? 'SECRET_KEY' : keyFile}) is not the one of this backup. Nothing was changed. ${manifest.key === null ? 'Put the right one there' : 'Take it away, the backup brings its own'}; if it is lost, say --without-key.`,
      );
    print(`Restoring what ${place.name} holds of ${manifest.at}.`);
    const log = makeLog('warn');
    const postgres = config.DATABASE_URL ? undefined : await borrowPostgres({ dataDir: config.DATA_DIR, log });
    const url = config.DATABASE_URL ?? (postgres as { url: string }).url;
    const line = bar('Restoring');
    try {
      await mkdir(config.DATA_DIR, { recursive: true });
      const [store] = (await openStores(config)) as [Store];
      await restoreBackup({
        url: config.DATABASE_URL_DIRECT ?? url,
        store,
        place,
        box,
        manifest,
        withoutKey: values['without-key'] === true,
        erased: notes,
        // First of all: what is killed at its very end is a whole desk, which is not restored a second time and needs its key.
        begun: async () => {
          if (!keyHere && manifest.key !== null)
            await writeFile(keyFile, `${manifest.key}\n`, { mode: 0o600, flag: 'wx', flush: true });
        },
        log: { info: () => undefined },
        progress: line.draw,
      });
      line.end();
      const rows = Object.values(manifest.tables).reduce((sum, one) => sum + one.rows, 0);
      print(
        `Restored and compared: ${rows.toLocaleString('en')} rows in ${Object.keys(manifest.tables).length} tables, ${manifest.blobs.count.toLocaleString('en')} files.`,
      );
      for (const pack of manifest.missing) print(`The pack ${pack} was missing already when the backup was made.`);
      if (notes.length > 0) print(await eraseNow(config, url, log, notes));
      else if (place.single) print(BLIND);
      print('The desk is held: it sends and fetches nothing. Start it, look around, then release it: hearten release.');
      return EXIT.well;
    } finally {
      line.end();
      await place.end();
      await postgres?.stop();
    }
  },
};
