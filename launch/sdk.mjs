import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install } from './install.mjs';
import { root } from './say.mjs';

// Writes the SDK's types from the contract, then builds what is published: sdk/dist.
const node = install();
const run = (...args) => {
  const { status } = spawnSync(node, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run('sdk/write-types.ts');
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'sdk');
