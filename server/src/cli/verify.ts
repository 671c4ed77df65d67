import { checkBackup, checkDesk, chosen, type Found, makeBox, openPlace } from '../backup/index.ts';
import { bar, inBytes } from './bar.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { configOf, withHearten } from './with-hearten.ts';

function tell(what: string, found: Found, all: boolean): number {
  if (all)
    for (const [table, { rows, sum }] of Object.entries(found.tables).sort(([a], [b]) => a.localeCompare(b)))
      print(`${table.padEnd(24)} ${String(rows).padStart(12)}  ${sum}`);
  const rows = Object.values(found.tables).reduce((sum, one) => sum + one.rows, 0);
  print(
    `${what}: ${rows.toLocaleString('en')} rows, ${found.blobs.toLocaleString('en')} files (${inBytes(found.bytes)}) read.`,
  );
  print(`Sum of all rows: ${found.sum}`);
  for (const text of found.wrong) print(`✗ ${text}`);
  print(
    found.wrong.length === 0
      ? 'Everything is there and as it should be.'
      : `${found.wrong.length === 1 ? 'One thing is' : `${found.wrong.length} things are`} wrong.`,
  );
  return found.wrong.length === 0 ? EXIT.well : EXIT.failed;
}

export const command: Command = {
  help: `hearten verify [FILE.tar|FOLDER/|s3://BUCKET/…] [--run NAME] [--tables] [--plain]

Reads everything. Of the desk here: every row, every file against its hash, and that nothing points at a file that is not
there. Of a backup: that each part opens and holds the rows and files it should, without putting it anywhere. The sum of
all rows is the same for the same rows, so a restored desk shows the sum of its backup until something changes.
  --run     of a folder: which backup (the newest; where two desks keep theirs in it, one has to be named)
  --tables  count and sum of each table
  --plain   the backup was made before there was a passphrase, and is not encrypted

Exit codes: 0 everything is well, 1 something is wrong, 64 wrong use, 78 settings are wrong.`,
  options: { run: { type: 'string' }, tables: { type: 'boolean' }, plain: { type: 'boolean' } },
  takes: 'FILE|FOLDER|s3://…',
  run: async (values) => {
    const line = bar('Reading');
    const where = text(values['FILE|FOLDER|s3://…']);
    if (!where)
      return withHearten(async (hearten) => {
        const found = await checkDesk(hearten.db.url, hearten.files.stores, line.draw);
        line.end();
        return tell('This desk', found, values.tables === true);
      });
    const config = configOf();
    if (!config) return EXIT.config;
    const box = makeBox(config.BACKUP_PASSPHRASE, values.plain === true);
    const place = await openPlace(where, 'read', config);
    const manifest = await chosen(place, box, text(values.run) || undefined);
    const found = await checkBackup(place, box, manifest, line.draw);
    line.end();
    await place.end();
    return tell(`${place.name}, of ${manifest.at}`, found, values.tables === true);
  },
};
