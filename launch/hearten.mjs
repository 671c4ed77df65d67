import { run } from './run.mjs';

await run('server/src/cli.ts', process.argv.slice(2));
