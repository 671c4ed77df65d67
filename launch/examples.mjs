import { spawnSync } from 'node:child_process';
import { install } from './install.mjs';
import { root } from './say.mjs';

const node = install();
const { status } = spawnSync(node, ['--test', 'server/test/examples/examples.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, EXAMPLES: 'write' },
});
process.exit(status ?? 1);
