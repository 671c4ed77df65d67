import { founding } from '../modules.ts';
import { seed } from '../sample/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

/** Enough that there is a figure for most weeks, and a fix with months on both sides. */
const USUAL = 3000;

export const command: Command = {
  help: `hearten seed [--conversations N] [--seed S] [--workspace ID] [--bare]

Fills a desk with N invented conversations (3000 unless told) over the last months, in five languages: for trying Hearten
out. With them come what they were about, what was done about it, how customers felt and what they said when they were
asked; --bare leaves that out and writes conversations alone, for measuring. The same seed makes the same mail.
Workspace, people and inbox are made where there are none; an inbox with a mail server is left alone. Nothing is sent
and nobody is notified; all addresses are ones that cannot exist. 100,000 bare ones take about two minutes.

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {
    conversations: { type: 'string' },
    seed: { type: 'string' },
    workspace: { type: 'string' },
    bare: { type: 'boolean' },
  },
  run: async (values) => {
    const conversations = values.conversations === undefined ? USUAL : Number(text(values.conversations));
    if (!Number.isInteger(conversations) || conversations < 1 || conversations > 10_000_000) {
      process.stderr.write('--conversations is a whole number from 1 to 10,000,000.\n');
      return EXIT.usage;
    }
    return withHearten(async (hearten) => {
      const began = Date.now();
      let said = 0;
      const made = await seed(hearten, founding, {
        conversations,
        seed: text(values.seed) || '1',
        bare: values.bare === true,
        ...(values.workspace ? { workspaceId: text(values.workspace) } : {}),
        told: (done) => {
          if (done - said < 10_000) return;
          said = done;
          process.stderr.write(`${done} of ${conversations}\n`);
        },
      });
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      print(
        `${made.conversations} conversations with ${made.messages} messages in ${made.inbox.address}, ${seconds} s`,
      );
      if (made.owner) print(`Sign in as ${made.owner.email} with the password ${made.owner.password}`);
      return EXIT.well;
    });
  },
};
