import { type Scope, scope } from '@hearten/contract';
import { keyFor } from '../team/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

const isScope = (word: string): word is Scope => scope.options.includes(word as Scope);

export const command: Command = {
  help: `hearten key --email ADDRESS [--name NAME] [--scopes read,write,admin] [--workspace ID] [--expires DATE] [--per-minute N]

Makes an API key that acts for this person and prints it, alone, on standard output. It is not shown again.
  --name       what it is for (default: command line)
  --scopes     read, write, admin, or permissions such as conversation.write; several with commas (default: read,write)
  --workspace  needed when the person works in several
  --expires    the day it ends, like 2027-01-31
  --per-minute how many requests a minute it may make (default: RATE_LIMIT)

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    scopes: { type: 'string' },
    workspace: { type: 'string' },
    expires: { type: 'string' },
    'per-minute': { type: 'string' },
  },
  needs: ['email'],
  run: async (values) => {
    const asked = (text(values.scopes) || 'read,write').split(',').map((word) => word.trim());
    const wanted = asked.filter(isScope);
    const until = text(values.expires);
    const perMinute = Number(text(values['per-minute']) || '1');
    if (wanted.length < asked.length || (until && Number.isNaN(Date.parse(until))) || !(perMinute >= 1)) {
      process.stderr.write(
        wanted.length < asked.length
          ? `Scopes are ${scope.options.join(', ')}.\n`
          : perMinute >= 1
            ? `${until} is not a day like 2027-01-31.\n`
            : '--per-minute is a whole number above 0.\n',
      );
      return EXIT.usage;
    }
    return withHearten(async (hearten) => {
      const key = await keyFor(hearten, {
        email: text(values.email),
        name: text(values.name) || 'command line',
        scopes: wanted,
        ...(until ? { expiresAt: new Date(until).toISOString() } : {}),
        ...(values['per-minute'] ? { perMinute: Math.floor(perMinute) } : {}),
        ...(values.workspace ? { workspaceId: text(values.workspace) } : {}),
      });
      print(String(key.token));
      return EXIT.well;
    });
  },
};
