import { parseCommand } from '../channels/email/parse/index.ts';
import type { Command } from './command.ts';

export const command: Command = {
  help: '',
  options: {},
  run: () => parseCommand([], process.stdin, process.stdout),
  raw: (args) => parseCommand(args, process.stdin, process.stdout),
};
