import { globSync } from 'node:fs';
import { join } from 'node:path';

const minute = 60_000;
const kinds = [
  {
    is: (name) => name.endsWith('.full.test.ts'),
    in: ['full'],
    concurrency: 1,
    timeout: { test: 60 * minute, file: 120 * minute },
  },
  {
    is: (name) => /\.slow\.test\.ts$|\/journeys\//.test(name),
    in: ['usual', 'full'],
    concurrency: 2,
    timeout: { test: 3 * minute, file: 12 * minute },
  },
  { is: () => true, in: ['quick', 'usual', 'full'], concurrency: 2, timeout: { test: 2 * minute, file: 6 * minute } },
];

/** Which files to run, quick ones first. Patterns are parts of a path; naming a file runs it whatever its kind. */
export function testFiles(root, size, patterns) {
  const names = globSync('{contract,server,web,launch,bench}/**/*.test.ts', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  }).sort();
  return kinds
    .map((kind) => {
      const mine = names.filter((name) => kinds.find(({ is }) => is(name)) === kind);
      const chosen = patterns.length
        ? mine.filter((name) => patterns.some((part) => name.includes(part)))
        : mine.filter(() => kind.in.includes(size));
      return { files: chosen.map((name) => join(root, name)), concurrency: kind.concurrency, timeout: kind.timeout };
    })
    .reverse();
}
