import { baseUrl } from '../base/config.ts';
import { isId } from '../base/ids.ts';
import type { Hearten } from '../base/module.ts';
import type { Seal } from '../base/seal.ts';

const purpose = 'no-more';

/** What the link below the news may do: take this one customer off news of this kind, and on again. Nobody else can make one. */
export function noMoreToken(seal: Seal, workspaceId: string, personId: string): string {
  const text = `${workspaceId}.${personId}`;
  return `${text}.${seal.sign(purpose, text)}`;
}
export const noMoreLink = (
  { config, seal }: Pick<Hearten, 'config' | 'seal'>,
  workspaceId: string,
  id: string,
): string => `${baseUrl(config)}/no-more/${noMoreToken(seal, workspaceId, id)}`;

export function readNoMore(seal: Seal, token: string): { workspaceId: string; personId: string } | null {
  const [workspaceId = '', personId = '', signature = ''] = token.split('.');
  if (!isId(workspaceId) || !isId(personId)) return null;
  return seal.signed(purpose, `${workspaceId}.${personId}`, signature) ? { workspaceId, personId } : null;
}
