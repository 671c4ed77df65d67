import { existsSync } from 'node:fs';
import { baseUrl } from '../base/config.ts';
import { founding } from '../modules.ts';
import { createOwner, setupLink } from '../team/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { configOf, withHearten } from './with-hearten.ts';

/** A link of a desk that is nowhere would be one of a new desk, which whoever waits for theirs does not mean. */
const noDeskYet = (): boolean => {
  const config = configOf();
  return config !== undefined && !config.DATABASE_URL && !existsSync(config.DATA_DIR);
};
const NOWHERE =
  'There is no desk in the data folder that the settings name, so there is no link to it. Nothing was made. Where yours was started with DATA_DIR or other settings, repeat this with the same; else start it first: npm start.';

export const command: Command = {
  help: `hearten setup --email ADDRESS --password PASSWORD --name NAME --workspace NAME
hearten setup --link

Makes the first owner and the workspace, as the set-up page does. Works once: afterwards people are invited in the app.
  --email      the address you sign in with
  --password   10 characters or more; HEARTEN_PASSWORD in the environment keeps it out of the process list
  --name       your name, as colleagues and customers see it
  --workspace  the name of your company or desk
  --link       prints a new set-up link instead, as the start does; the one before stops working

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    name: { type: 'string' },
    workspace: { type: 'string' },
    link: { type: 'boolean' },
  },
  needs: ['email', 'name', 'workspace'],
  alone: 'link',
  run: (values) => {
    if (values.link === true && noDeskYet()) throw new Error(NOWHERE);
    if (values.link === true)
      return withHearten(async (hearten) => {
        const link = await setupLink(hearten);
        if (!link) throw new Error('This Hearten is set up already. Sign in, or ask for an invitation.');
        print(link);
        return EXIT.well;
      });
    const password = text(values.password) || process.env.HEARTEN_PASSWORD || '';
    if (!password) {
      process.stderr.write('Missing: --password, or HEARTEN_PASSWORD in the environment\n');
      return Promise.resolve(EXIT.usage);
    }
    return withHearten(async (hearten) => {
      const given = { email: text(values.email), name: text(values.name), workspace: text(values.workspace), password };
      if (!/^[^\s@]+@[^\s@]+$/.test(given.email)) throw new Error(`${given.email} is not an e-mail address.`);
      await createOwner(hearten, given, founding);
      print(`${given.workspace} is set up. Sign in at ${baseUrl(hearten.config)} as ${given.email}.`);
      return EXIT.well;
    });
  },
};
