import { run } from './run.mjs';

await run('server/test/write-schema.ts', process.argv.slice(2));
