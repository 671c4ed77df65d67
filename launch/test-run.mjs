import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { startPostgres } from '../server/src/base/embedded.ts';
import { testSettings } from '../server/test/database.ts';
import { checks, runCheck } from './checks.mjs';
import { makeReport } from './report.mjs';
import { root, say } from './say.mjs';
import { testFiles } from './test-files.mjs';

// Runs with the pinned Node, which test.mjs found: what is imported above is TypeScript.
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));
const patterns = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const size = flags.includes('--quick') ? 'quick' : flags.includes('--full') ? 'full' : 'usual';

const folder = mkdtempSync(join(tmpdir(), 'hearten-test-'));
chmodSync(folder, 0o711); // as root, Postgres runs as nobody, who has to get in
const log = { info() {}, warn: say };
const postgres = await startPostgres({ dataDir: folder, log, settings: testSettings });
process.env.HEARTEN_TEST_POSTGRES = postgres.adminUrl;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort());

const report = makeReport(process.stdout);
const began = Date.now();
try {
  const files = testFiles(root, size, patterns);
  const inLine = (lane) => files.filter((one) => one.lane === lane).map((one) => () => runFile(one));
  // Two beside each other, and before all tests: how soon something starts is measured, and these take all of a processor.
  if (!patterns.length)
    await runAll(
      checks.map((check) => () => countCheck(check)),
      2,
    );
  await Promise.all([runAll(inLine('main'), 2), runAll(inLine('beside'), 1)]);
  await runAll(inLine('alone'), 1);
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (stopping.signal.aborted) report.fail('The run', 0, 'It was stopped before its end.');
report.end(Date.now() - began);
process.exitCode = report.failed() ? 1 : 0;

async function countCheck(check) {
  if (check.args.includes('server/test/house.test.ts') || stopping.signal.aborted) return; // among the tests already
  const from = Date.now();
  const trouble = await runCheck(process.execPath, check);
  if (trouble) report.fail(check.name, Date.now() - from, trouble);
  else report.pass(check.name, Date.now() - from);
}

async function runAll(waiting, concurrency) {
  const work = async () => {
    for (let run = waiting.shift(); run && !stopping.signal.aborted; run = waiting.shift()) await run();
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** A file at a time: node:test limits each test, but a file that leaves something open would never end. */
async function runFile({ file, timeout }) {
  const tooLong = AbortSignal.timeout(timeout.file);
  const signal = AbortSignal.any([stopping.signal, tooLong]);
  const events = run({
    files: [file],
    timeout: timeout.test,
    isolation: 'process',
    signal,
    execArgv: ['--no-warnings'],
  });
  await report.follow(events, relative(root, file));
  if (tooLong.aborted)
    report.fail(
      relative(root, file),
      timeout.file,
      'It did not end in time: it takes too long, or leaves something open.',
    );
}
