import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';

/** The key as the server would find it; looking makes none. */
export function readSecretKey(config: Config): string | undefined {
  if (config.SECRET_KEY) return config.SECRET_KEY;
  const path = join(config.DATA_DIR, 'secret.key');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
