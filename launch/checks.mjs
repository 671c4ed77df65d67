import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './say.mjs';

const bin = (path) => join(root, 'node_modules', path);
// In one thread: many look at the same types each for itself, which costs more than twice as much.
const tsc = (...args) => [bin('typescript/bin/tsc'), '--singleThreaded', ...args];

/** What every change must pass, besides its tests. */
export const checks = [
  { name: 'Types hold', args: tsc('-p', '.') },
  { name: 'Types hold in the web app', args: tsc('-p', 'web'), needs: 'web/tsconfig.json' },
  {
    name: 'Types hold in the chat widget',
    args: tsc('-p', 'widget'),
    needs: 'widget/tsconfig.json',
  },
  {
    name: 'Types hold in the package of the chat',
    args: tsc('-p', 'widget/package', '--noEmit'),
    needs: 'widget/package/tsconfig.json',
  },
  { name: 'Types hold in the SDK', args: tsc('-p', 'sdk', '--noEmit') },
  { name: 'Types hold in the service worker', args: tsc('-p', 'web/src/worker') },
  { name: 'Lint and format', args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'The house rules', args: ['--test', 'server/test/house.test.ts'], needs: 'server/test/house.test.ts' },
  { name: 'Every text can be said in every language', args: ['launch/words/check.mjs'] },
];

/** Runs one; resolves to what it printed when it fails, to undefined when it passes. */
export function runCheck(node, { args, needs }) {
  if (needs && !existsSync(join(root, needs))) return Promise.resolve(undefined);
  return new Promise((done) => {
    let output = '';
    // Run inside another test run, Node's test runner would report to that one instead of to us.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        output += data;
      });
    child.on('error', (error) => done(error.message));
    child.on('close', (code) => done(code === 0 ? undefined : output || `ended with ${code}`));
  });
}
