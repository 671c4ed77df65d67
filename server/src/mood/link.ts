import { isId } from '../base/ids.ts';
import type { Seal } from '../base/seal.ts';

const purpose = 'mood';
/** Days in which an ask may be answered. */
export const OPEN_DAYS = 60;

/** What the links in a resolving answer may do: say how this customer feels about this one conversation. Nobody else can make one. */
export function moodToken(seal: Seal, workspaceId: string, askId: string): string {
  const text = `${workspaceId}.${askId}`;
  return `${text}.${seal.sign(purpose, text)}`;
}

export function readMoodToken(seal: Seal, token: string): { workspaceId: string; askId: string } | null {
  const [workspaceId = '', askId = '', signature = ''] = token.split('.');
  if (!isId(workspaceId) || !isId(askId)) return null;
  return seal.signed(purpose, `${workspaceId}.${askId}`, signature) ? { workspaceId, askId } : null;
}

/** What a link says; `none` is the one that no person sees. */
export const taps = { b: 'better', s: 'same', w: 'worse', x: 'none' } as const;
export type Tap = keyof typeof taps;
export const isTap = (text: string): text is Tap => Object.hasOwn(taps, text);
export type Compared = Exclude<(typeof taps)[Tap], 'none'>;
