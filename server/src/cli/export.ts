import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { exportWorkspaceTo } from '../privacy/index.ts';
import { type Command, EXIT, print, text, words } from './command.ts';
import { whichWorkspace } from './which-workspace.ts';
import { withHearten } from './with-hearten.ts';

export const command: Command = {
  help: `hearten export FILE.zip [--workspace ID]

Writes a whole workspace as of this moment into a zip of JSON lines and files, while Hearten goes on. Passwords and keys are
not in it. docs/export.md describes what is. \`hearten import-workspace\` takes it in elsewhere.
  --workspace  needed when there are several; without it they are listed

Exit codes: 0 done, 1 not done (the reason is told), 64 wrong use, 78 settings are wrong.`,
  options: { workspace: { type: 'string' } },
  needs: ['file'],
  takes: 'file',
  run: (values) =>
    withHearten(async (hearten) => {
      const path = text(values.file);
      const workspaceId = await whichWorkspace(hearten, text(values.workspace));
      if (existsSync(path)) throw new Error(`${path} is there already. Nothing was written; choose another name.`);
      const part = `${path}.part`;
      const out = await open(part, 'w', 0o600).catch((error: unknown) => {
        throw new Error(`${path} cannot be written (${words(error)}). Nothing was exported; choose another place.`);
      });
      let size = 0;
      try {
        await exportWorkspaceTo(hearten, workspaceId, async (chunk) => {
          size += chunk.length;
          await out.writeFile(chunk);
        });
        await out.sync();
        await out.close();
        await rename(part, path);
      } catch (error) {
        await out.close();
        await rm(part, { force: true });
        throw error;
      }
      print(`${path}: ${size} bytes`);
      return EXIT.well;
    }),
};
