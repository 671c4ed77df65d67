import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the launcher is doing, on standard error: standard output belongs to what it launches. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends with what happened and what to do about it; never a stack trace. */
export function giveUp(text) {
  say(`\n${text}\n`);
  process.exit(1);
}
