import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';

/** The keys as the server would find them, the first seals; looking makes none. */
export function readSecretKey(config: Config): string[] | undefined {
  if (config.SECRET_KEY) return [config.SECRET_KEY, ...(config.SECRET_KEY_FORMER ?? [])];
  const path = join(config.DATA_DIR, 'secret.key');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\s+/) : undefined;
}
