import { keyFor } from '../team/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

const scopes = ['read', 'write', 'admin'] as const;
type Scope = (typeof scopes)[number];
const isScope = (word: string): word is Scope => scopes.includes(word as Scope);

export const command: Command = {
  help: `hearten key --email ADDRESS [--name NAME] [--scopes read,write,admin] [--workspace ID] [--expires DATE]

Makes an API key that acts for this person and prints it, alone, on standard output. It is not shown again.
  --name       what it is for (default: command line)
  --scopes     read, write, admin; several with commas (default: read,write)
  --workspace  needed when the person works in several
  --expires    the day it ends, like 2027-01-31

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    scopes: { type: 'string' },
    workspace: { type: 'string' },
    expires: { type: 'string' },
  },
  needs: ['email'],
  run: async (values) => {
    const asked = (text(values.scopes) || 'read,write').split(',').map((word) => word.trim());
    const wanted = asked.filter(isScope);
    const until = text(values.expires);
    if (wanted.length < asked.length || (until && Number.isNaN(Date.parse(until)))) {
      process.stderr.write(
        wanted.length < asked.length
          ? 'Scopes are read, write and admin.\n'
          : `${until} is not a day like 2027-01-31.\n`,
      );
      return EXIT.usage;
    }
    return withHearten(async (hearten) => {
      const key = await keyFor(hearten, {
        email: text(values.email),
        name: text(values.name) || 'command line',
        scopes: wanted,
        ...(until ? { expiresAt: new Date(until).toISOString() } : {}),
        ...(values.workspace ? { workspaceId: text(values.workspace) } : {}),
      });
      print(String(key.token));
      return EXIT.well;
    });
  },
};
