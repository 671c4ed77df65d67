import { pipe } from '../channels/email/index.ts';
import { type Command, EXIT, text } from './command.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten pipe --inbox ADDRESS < mail

Takes in one raw mail, for a mail server that hands mail to programs (Postfix, Exim, procmail). It ends with 0 only when
the mail is safely kept.

Exit codes: 0 kept, 64 wrong use, 65 no mail or one too large, 67 no such inbox, 75 not now, try again, 78 settings are wrong.`,
  options: { inbox: { type: 'string' } },
  needs: ['inbox'],
  failed: EXIT.later,
  run: (values) =>
    withHearten(async (hearten) => {
      const { code, text: told } = await pipe(hearten, text(values.inbox), process.stdin);
      if (told) process.stderr.write(`${told}\n`);
      return code;
    }),
};
