import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checks, runCheck } from './checks.mjs';
import { install } from './install.mjs';
import { root } from './say.mjs';

const node = install();
if (process.argv.includes('--write')) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  spawnSync(node, [biome, 'check', '--write', '.'], { cwd: root, stdio: 'inherit' });
}

let failed = 0;
for (const check of checks) {
  const began = Date.now();
  const trouble = await runCheck(node, check);
  if (trouble) failed += 1;
  process.stdout.write(`${trouble ? '✗' : '✓'} ${check.name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
  if (trouble) process.stdout.write(`${trouble.trimEnd()}\n\n`);
}
process.exit(failed ? 1 : 0);
