import { spawn } from 'node:child_process';
import * as modules from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import { compileCache } from './node.mjs';
import { root } from './say.mjs';

/** Runs one of our TypeScript programs with its arguments: in this process when its Node can, else in another. */
export async function run(program, args) {
  const node = install();
  const file = join(root, program);
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    modules.enableCompileCache?.(compileCache);
    process.argv = [process.execPath, file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  const child = spawn(node, [file, ...args], {
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
