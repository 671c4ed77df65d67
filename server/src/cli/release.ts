import { release } from '../backup/index.ts';
import { type Command, EXIT, print } from './command.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten release

Lets a desk that was restored from a backup work: it sends, fetches mail and notifies from now on. First make sure that
the desk it is a copy of does not run any more. Answers that waited to be sent when the backup was made are not sent: they
are shown as "may have arrived", and a person decides.

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {},
  run: () =>
    withHearten(async (hearten) => {
      const { doubted, stopped } = await release(hearten, 'the command line');
      print('Released. A Hearten that runs begins within seconds.');
      if (doubted > 0)
        print(`${doubted} answers may have been sent by the former desk: look at them before sending again.`);
      if (stopped > 0)
        print(`${stopped} sendings to many were under way and are stopped: the former desk may have told the rest.`);
      return EXIT.well;
    }),
};
