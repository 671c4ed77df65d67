import { baseUrl, type Config } from '../base/config.ts';
import { isId } from '../base/ids.ts';
import type { Seal } from '../base/seal.ts';

const purpose = 'praise';
/** What the link may do that whoever praised us has: agree that others read it, and take that back. Nobody else can make one. */
export function praiseToken(seal: Seal, workspaceId: string, praiseId: string): string {
  const text = `${workspaceId}.${praiseId}`;
  return `${text}.${seal.sign(purpose, text)}`;
}
export function readPraiseToken(seal: Seal, token: string): { workspaceId: string; praiseId: string } | null {
  const [workspaceId = '', praiseId = '', signature = ''] = token.split('.');
  if (!isId(workspaceId) || !isId(praiseId)) return null;
  return seal.signed(purpose, `${workspaceId}.${praiseId}`, signature) ? { workspaceId, praiseId } : null;
}

/** Where everybody reads it. */
export const pageOf = (config: Config, code: string): string => `${baseUrl(config)}/said/${code}`;
export const isCode = (text: string): boolean => /^[a-z2-7]{12}$/.test(text);
