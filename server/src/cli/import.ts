import { type ImportRow, importInto } from '../channels/email/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

const count = (n: number): string => n.toLocaleString('en');
const readOf = (row: ImportRow): number => row.imported + row.known + row.quarantined + row.ignored;

/** `4:07`, `2:13:40`. */
const clock = (seconds: number): string => {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

/** A line that is drawn over itself on a terminal; elsewhere one every ten seconds. */
function bar(): (row: ImportRow, end?: boolean) => void {
  const began = Date.now();
  const out = process.stderr;
  let first: { done: number; read: number } | null = null;
  // A short one has nothing to tell on its way to a file or a pipe but its end.
  let drawn = process.stderr.isTTY ? 0 : began;
  return (row, end = false) => {
    first ??= { done: row.bytes_done, read: readOf(row) };
    const every = out.isTTY ? 200 : 10_000;
    if (!end && Date.now() - drawn < every) return;
    drawn = Date.now();
    const share = row.bytes_total === 0 ? 1 : Math.min(1, row.bytes_done / row.bytes_total);
    const seconds = (Date.now() - began) / 1000;
    const moved = row.bytes_done - first.done;
    const left =
      moved > 0 && seconds >= 5 ? `  ${clock(((row.bytes_total - row.bytes_done) / moved) * seconds)} left` : '';
    const rate = seconds > 0 ? Math.round((readOf(row) - first.read) / seconds) : 0;
    const filled = Math.round(share * 24);
    const words = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${String(Math.floor(share * 100)).padStart(3)} %  ${count(readOf(row))} mails  ${count(rate)}/s${end ? '' : left}`;
    out.write(out.isTTY ? `\r${words}\u001b[K${end ? '\n' : ''}` : `${words}\n`);
  };
}

export const command: Command = {
  help: `hearten import --inbox ADDRESS FILE|FOLDER

Takes an archive of mail into an inbox: an mbox file (also .gz), a Maildir with its folders, .eml files, or a folder of
any of these. The files are only read. Nothing is sent and nobody is notified. What is here already is known again; what
your own address wrote becomes your side of the conversation; drafts, trash and spam stay out. What could not be read is
in quarantine, in the app.

It may be stopped (Ctrl-C) or killed at any moment: the same command goes on where it stopped. The inbox's page shows it
too.

Exit codes: 0 at its end, 1 not done (the reason is told), 64 wrong use, 75 stopped, 78 settings are wrong.`,
  options: { inbox: { type: 'string' } },
  takes: 'FILE|FOLDER',
  needs: ['inbox', 'FILE|FOLDER'],
  run: (values) =>
    withHearten(async (hearten) => {
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      const draw = bar();
      const row = await importInto(
        hearten,
        text(values.inbox),
        text(values['FILE|FOLDER']),
        (now) => draw(now),
        stop.signal,
      );
      draw(row, true);
      print(
        `${count(readOf(row))} read = ${count(row.imported)} imported + ${count(row.known)} already here + ${count(row.quarantined)} in quarantine + ${count(row.ignored)} left out (drafts, trash, spam)`,
      );
      if (row.state_text) print(row.state_text);
      if (row.state === 'done') return EXIT.well;
      print('Stopped. The same command goes on from here.');
      return EXIT.later;
    }),
};
