import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { parse } from './parse.ts';
import { type ParsedMail, Unreadable } from './types.ts';

const HELP = `hearten parse [FILE|DIRECTORY]

Reads one raw mail, a file or standard input, and prints what it says as JSON; with a directory, every file in it, one JSON
line each, with the file's name as "file". Nothing is stored.

Exit codes: 0 everything was read, 1 at least one mail could not be read, 2 wrong use.
`;

/** `hearten parse`: mail in, JSON out. Mails that can't be read come out as `{ error, reason }`. */
export async function run(args: readonly string[], stdin: Readable, stdout: Writable): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) return say(stdout, HELP, 0);
  const [directory, ...rest] = args;
  if (rest.length > 0 || directory?.startsWith('-')) return say(stdout, HELP, 2);
  if (directory === undefined) {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return one(stdout, Buffer.concat(chunks));
  }
  let names: string[];
  try {
    if ((await stat(directory)).isFile()) return one(stdout, await readFile(directory));
    names = (await readdir(directory, { withFileTypes: true })).filter((e) => e.isFile()).map((e) => e.name);
  } catch {
    return say(stdout, `${directory} is no file and no directory that can be read.\n`, 2);
  }
  let failed = 0;
  // Whoever reads may have enough before the end (`| head`): the write that finds nobody says so below.
  stdout.on('error', () => undefined);
  for (const name of names.sort()) {
    const out = printable(await readFile(join(directory, name)));
    if ('error' in out) failed = 1;
    try {
      await say(stdout, `${JSON.stringify({ file: name, ...out })}\n`, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return failed;
      throw error;
    }
  }
  return failed;
}

const one = (stdout: Writable, raw: Buffer): Promise<number> => {
  const out = printable(raw);
  return say(stdout, `${JSON.stringify(out)}\n`, 'error' in out ? 1 : 0);
};

type Printable = (Omit<ParsedMail, 'kind'> & { kind: string }) | { error: string; reason: string };

/** Mailing-list mail is printed as the message it is; `isList` says the rest. */
function printable(raw: Buffer): Printable {
  try {
    const mail = parse(raw);
    return { ...mail, kind: mail.kind === 'list' ? 'message' : mail.kind };
  } catch (error) {
    if (error instanceof Unreadable) return { error: error.message, reason: error.reason };
    throw error;
  }
}

async function say(stdout: Writable, text: string, code: number): Promise<number> {
  await new Promise<void>((resolve, reject) => stdout.write(text, (error) => (error ? reject(error) : resolve())));
  return code;
}
