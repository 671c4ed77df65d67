import { isId } from '../base/ids.ts';
import type { Seal } from '../base/seal.ts';

const purpose = 'digest';
/** Days for which the link in a mail works. */
const valid = 60;
const today = (): number => Math.floor(Date.now() / 86_400_000);

/** What the link in a digest may do: change when this person's digest comes, and nothing else. Nobody else can make one. */
export function digestToken(seal: Seal, workspaceId: string, personId: string, day = today()): string {
  const text = `${workspaceId}.${personId}.${day}`;
  return `${text}.${seal.sign(purpose, text)}`;
}

/** Whose digest it is; null when the link is not ours, or too old. */
export function readDigestToken(seal: Seal, token: string): { workspaceId: string; personId: string } | null {
  const [workspaceId = '', personId = '', day = '', signature = ''] = token.split('.');
  if (!isId(workspaceId) || !isId(personId) || !/^\d{1,6}$/.test(day)) return null;
  if (!seal.signed(purpose, `${workspaceId}.${personId}.${day}`, signature)) return null;
  const age = today() - Number(day);
  return age >= 0 && age <= valid ? { workspaceId, personId } : null;
}
