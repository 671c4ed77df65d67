import { importWorkspace } from '../privacy/index.ts';
import { type Command, EXIT, print, text } from './command.ts';
import { whichWorkspace } from './which-workspace.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten import-workspace FILE.zip [--workspace ID]

Takes a file of \`hearten export\`, or of the settings, into the workspace with this id, which must be empty. Nothing is sent or
fetched by it: inboxes are switched off and want their passwords again, and what had not left is marked as not sent.
  --workspace  needed when there are several; without it they are listed

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: { workspace: { type: 'string' } },
  needs: ['file'],
  takes: 'file',
  run: (values) =>
    withHearten(async (hearten) => {
      const workspaceId = await whichWorkspace(hearten, text(values.workspace));
      const { blobs } = await importWorkspace(hearten, workspaceId, text(values.file), print);
      print(`files: ${blobs}`);
      return EXIT.well;
    }),
};
