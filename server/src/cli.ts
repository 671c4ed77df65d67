import { parseArgs } from 'node:util';
import { type Command, EXIT, type Values, words } from './cli/command.ts';

// Loaded when called: `parse` must be there at once and opens nothing.
const commands: Record<string, [what: string, load: () => Promise<{ command: Command }>]> = {
  setup: ['make the first owner and the workspace', () => import('./cli/setup.ts')],
  reset: ['a link to choose a new password', () => import('./cli/reset.ts')],
  'sign-in': ['how everyone has to sign in, and how to lift it', () => import('./cli/sign-in.ts')],
  key: ['a key for the API', () => import('./cli/key.ts')],
  pipe: ['take in one mail from standard input', () => import('./cli/pipe.ts')],
  import: ['take in an archive of mail (mbox, Maildir)', () => import('./cli/import.ts')],
  export: ['write a whole workspace into a file', () => import('./cli/export.ts')],
  'import-workspace': ['take such a file into an empty workspace', () => import('./cli/import-workspace.ts')],
  parse: ['read mail and print what it says as JSON', () => import('./cli/parse.ts')],
  seed: ['fill a desk with months of invented mail', () => import('./cli/seed.ts')],
  backup: ['everything into a file, a folder or a bucket, while it runs', () => import('./cli/backup.ts')],
  restore: ['a backup onto an empty machine', () => import('./cli/restore.ts')],
  move: ['mails and files to another place, while it runs', () => import('./cli/move.ts')],
  rotate: ['a new secret key; what is sealed is sealed anew', () => import('./cli/rotate.ts')],
  release: ['let a restored desk send and fetch', () => import('./cli/release.ts')],
  verify: ['read all of it, or of a backup, and compare', () => import('./cli/verify.ts')],
  doctor: ['look whether everything is well', () => import('./cli/doctor.ts')],
};

function help(): string {
  const lines = Object.entries(commands).map(([name, [what]]) => `  ${name.padEnd(16)} ${what}`);
  return `hearten <command>\n\n${lines.join('\n')}\n\nhearten <command> --help tells more. Settings are those of the server: the environment, or the file .env.`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${help()}\n`);
    return name === undefined ? EXIT.usage : EXIT.well;
  }
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!found) {
    process.stderr.write(`There is no command ${name}.\n\n${help()}\n`);
    return EXIT.usage;
  }
  const { command } = await found[1]();
  if (command.raw) return command.raw(args);
  const read = readArgs(command, args);
  if (typeof read === 'string') {
    process.stderr.write(`${read}\n\n${command.help}\n`);
    return EXIT.usage;
  }
  if (read.help === true) {
    process.stdout.write(`${command.help}\n`);
    return EXIT.well;
  }
  try {
    return await command.run(read);
  } catch (error) {
    process.stderr.write(`${words(error)}\n`);
    if (process.env.LOG_LEVEL === 'debug') process.stderr.write(`${(error as Error).stack}\n`);
    return command.failed ?? EXIT.failed;
  }
}

function readArgs(command: Command, args: string[]): Values | string {
  try {
    const options: Command['options'] = { ...command.options, help: { type: 'boolean', short: 'h' } };
    const read = parseArgs({ args, options, strict: true, allowPositionals: command.takes !== undefined });
    const values = read.values as Values;
    if (command.takes && read.positionals.length > 1) return `One ${command.takes} at a time.`;
    if (command.takes) values[command.takes] = read.positionals[0];
    const missing = command.needs?.filter((name) => !values[name]);
    if (missing?.length && !values.help && !(command.alone && values[command.alone]))
      return `Missing: ${missing.map((name) => (name === command.takes ? name : `--${name}`)).join(', ')}`;
    return values;
  } catch (error) {
    return words(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
