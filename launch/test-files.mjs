import { globSync } from 'node:fs';
import { join } from 'node:path';

const minute = 60_000;
/**
 * Where a file runs: two beside each other; or, what mostly waits, one after the other beside these; or alone, when all of that is over.
 */
const kinds = [
  {
    is: (name) => name.endsWith('.full.test.ts'),
    in: ['full'],
    lane: 'alone',
    timeout: { test: 60 * minute, file: 120 * minute },
  },
  {
    // These wait for time-outs, or for who was gone to come back, and do little meanwhile.
    is: (name) =>
      /\/(fetch|b02-hang|outage|standby|cli|start|fleet|kill)\.slow\.test\.ts$/.test(name) ||
      /\/journeys\/(bonds|sending|sign-in|main-job|first-minutes|offline|together|session)\./.test(name),
    in: ['usual', 'full'],
    lane: 'beside',
    timeout: { test: 3 * minute, file: 12 * minute },
  },
  {
    is: (name) => /\/(a14-imap-faults|a15-database-down|away|presence|job-holders|base\/wire)\.test\.ts$/.test(name),
    in: ['quick', 'usual', 'full'],
    lane: 'beside',
    timeout: { test: 2 * minute, file: 6 * minute },
  },
  {
    // How soon three hosts have recovered, and what the largest mail takes, are figures: nothing else takes their processor meanwhile, and so
    // they run with the long ones.
    is: (name) => /\/(three-hosts|a11-large)\.slow\.test\.ts$/.test(name),
    in: ['full'],
    lane: 'alone',
    timeout: { test: 3 * minute, file: 12 * minute },
  },
  {
    // How soon it is ready is a figure of one that starts, not of one that starts beside two files of tests.
    is: (name) => /\/start-again\.slow\.test\.ts$/.test(name),
    in: ['usual', 'full'],
    lane: 'alone',
    timeout: { test: 3 * minute, file: 12 * minute },
  },
  {
    is: (name) => /\.slow\.test\.ts$|\/journeys\//.test(name),
    in: ['usual', 'full'],
    lane: 'main',
    timeout: { test: 3 * minute, file: 12 * minute },
  },
  { is: () => true, in: ['quick', 'usual', 'full'], lane: 'main', timeout: { test: 2 * minute, file: 6 * minute } },
];

/** These take longest, so they begin first: begun last, one of them would run on alone while a processor stands idle. */
const long = [
  'journeys/accessible.',
  'journeys/writing.',
  'test/isolation.',
  'journeys/palette.',
  'journeys/reference.',
  'journeys/customer.',
  'journeys/chat.',
  'journeys/bulk.',
  'base/embedded.',
  'backup/backup.slow.',
  'test/import-kill.',
];
const turn = (name) => {
  const at = long.findIndex((part) => name.includes(part));
  return at === -1 ? long.length : at;
};

const kindOf = (name) => kinds.find(({ is }) => is(name));

/** Which files to run, quick ones first. Patterns are parts of a path; naming a file runs it whatever its kind. */
export function testFiles(root, size, patterns) {
  const names = globSync('{contract,server,web,widget,launch,bench,sdk,wordpress}/**/*.test.ts', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  })
    .sort()
    .sort((a, b) => turn(a) - turn(b));
  const chosen = (name) =>
    patterns.length ? patterns.some((part) => name.includes(part)) : kindOf(name).in.includes(size);
  return names
    .filter(chosen)
    .map((name) => ({ file: join(root, name), kind: kindOf(name) }))
    .sort((a, b) => kinds.indexOf(b.kind) - kinds.indexOf(a.kind))
    .map(({ file, kind }) => ({ file, lane: kind.lane, timeout: kind.timeout }));
}
