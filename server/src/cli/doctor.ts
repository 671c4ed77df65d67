import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig } from '../base/config.ts';
import { type Command, EXIT, print, words } from './command.ts';
import { lookAtDatabase } from './doctor/database.ts';
import type { Finding } from './doctor/finding.ts';
import { lookAtMachine } from './doctor/machine.ts';

const root = join(import.meta.dirname, '../../..');

export const command: Command = {
  help: `hearten doctor

Looks at Node, settings, data folder, disk, clock, database, stored passwords, mailboxes and the web app, and says in plain
words what is wrong and what to do. Changes nothing and sends nothing.

Exit codes: 0 all is well (there may be advice), 1 something is wrong, 64 wrong use, 78 settings are wrong.`,
  options: {},
  run: async () => {
    const read = readConfig(process.env, root);
    if ('troubles' in read) {
      for (const { key, text } of read.troubles) tell({ how: 'wrong', text: `${key} ${text}` });
      return EXIT.config;
    }
    let wrong = 0;
    for await (const finding of look(read.config)) {
      tell(finding);
      if (finding.how === 'wrong') wrong++;
    }
    print(wrong === 0 ? '\nAll is well.' : `\n${wrong === 1 ? 'One thing is' : `${wrong} things are`} wrong.`);
    return wrong === 0 ? EXIT.well : EXIT.failed;
  },
};

const sign = { well: '✓', advice: '!', wrong: '✗' } as const;
const tell = ({ how, text }: Finding): boolean => print(`${sign[how]} ${text.replace(/\n/g, '\n  ')}`);

async function* look(config: Config): AsyncGenerator<Finding> {
  yield* lookAtMachine(config);
  if (existsSync(join(root, 'web/dist/index.html'))) yield { how: 'well', text: 'The web app is built.' };
  else yield { how: 'advice', text: 'The web app is not built yet. `npm start` builds it.' };
  try {
    yield* lookAtDatabase(config);
  } catch (error) {
    yield { how: 'wrong', text: `The database could not be looked at: ${words(error)}` };
  }
}
