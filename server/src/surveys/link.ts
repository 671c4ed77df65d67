import { isId } from '../base/ids.ts';
import type { Seal } from '../base/seal.ts';

/** Days in which a survey may be answered. */
export const OPEN_DAYS = 60;
/** What a link may do: answer one survey as the one person it was sent to, or end all questions to them. Nobody else can make one. */
type Purpose = 'survey' | 'no-questions';

export function surveyToken(seal: Seal, purpose: Purpose, workspaceId: string, askId: string): string {
  const text = `${workspaceId}.${askId}`;
  return `${text}.${seal.sign(purpose, text)}`;
}

export function readSurveyToken(
  seal: Seal,
  purpose: Purpose,
  token: string,
): { workspaceId: string; askId: string } | null {
  const [workspaceId = '', askId = '', signature = ''] = token.split('.');
  if (!isId(workspaceId) || !isId(askId)) return null;
  return seal.signed(purpose, `${workspaceId}.${askId}`, signature) ? { workspaceId, askId } : null;
}

/** The link that no person sees: who follows it is a program that follows all. */
export const UNSEEN = 'x';
