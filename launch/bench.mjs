import { run } from './run.mjs';

await run('bench/run.ts', process.argv.slice(2));
