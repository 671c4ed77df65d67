import { liftRules } from '../team/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten sign-in --email ADDRESS [--passwords] [--networks] [--second-factor]

Lifts how everyone has to sign in, in each workspace that this person owns: for owners who shut themselves out.
  --passwords      people may sign in by password again, not by the company's sign-in only
  --networks       they may come from every address
  --second-factor  nobody is asked for a second factor
Without any of these it only says what is asked for.

Exit codes: 0 done, 1 nobody signs in with this address or owns a workspace, 64 wrong use, 78 settings are wrong.`,
  options: {
    email: { type: 'string' },
    passwords: { type: 'boolean' },
    networks: { type: 'boolean' },
    'second-factor': { type: 'boolean' },
  },
  needs: ['email'],
  run: (values) =>
    withHearten(async (hearten) => {
      const lifted = await liftRules(hearten, text(values.email), {
        onlyCompany: values.passwords === true,
        networks: values.networks === true,
        secondFactor: values['second-factor'] === true,
      });
      for (const { workspace, rules } of lifted) print(`${workspace}\t${JSON.stringify(rules)}`);
      return EXIT.well;
    }),
};
