import { movePacks } from '../backup/index.ts';
import { inBytes } from './bar.ts';
import { type Command, EXIT, print } from './command.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten move

Copies mails and files from the other places that BLOBS names to its first, while it runs; nothing is taken away. What is
there already is left, so it may be stopped and called again. When it says that nothing was left to copy, the first place
has everything: check it with BLOBS naming only that one, and hearten verify; then the other may go.

Exit codes: 0 everything is there, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: {},
  run: () =>
    withHearten(async ({ db, files }) => {
      const [to, ...from] = files.stores;
      if (!to || from.length === 0)
        throw new Error('BLOBS names one place only. Name two, the new one first, like: s3://bucket/files folder.');
      let said = Date.now();
      const { copied, bytes, there } = await movePacks(db, from, to, (count, done) => {
        if (Date.now() - said < 5_000) return;
        said = Date.now();
        process.stderr.write(`${count} packs, ${inBytes(done)}\n`);
      });
      print(
        copied === 0
          ? `Nothing was left to copy: ${to.name} has all ${there} packs.`
          : `${copied} packs, ${inBytes(bytes)}, copied to ${to.name}; ${there} were there. Call it again for what came meanwhile.`,
      );
      return EXIT.well;
    }),
};
