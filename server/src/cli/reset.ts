import { resetLink } from '../team/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten reset --email ADDRESS [--end-two-step]

Prints a link with which this person chooses a new password; it works once. An earlier link stops working.
  --end-two-step  using it also switches the one-time codes off, for who has lost them

Exit codes: 0 done, 1 nobody signs in with this address, 64 wrong use, 78 settings are wrong.`,
  options: { email: { type: 'string' }, 'end-two-step': { type: 'boolean' } },
  needs: ['email'],
  run: (values) =>
    withHearten(async (hearten) => {
      const { link, expiresAt } = await resetLink(hearten, text(values.email), {
        endTotp: values['end-two-step'] === true,
      });
      print(link);
      process.stderr.write(`Valid until ${expiresAt}\n`);
      return EXIT.well;
    }),
};
