import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSchema } from '../src/base/schema.ts';
import { testDatabase } from './database.ts';

const database = await testDatabase();
await writeFile(join(import.meta.dirname, '../schema.sql'), await describeSchema(database.url));
await database.drop();
