import type { ConversationRow, Spam } from '@hearten/contract';
import { date } from '../ui/time.ts';

/** From so many points on a reason decides alone: a person's word, on a list or in an answer. */
const DECIDES = 50;
export const decides = (points: number): boolean => Math.abs(points) >= DECIDES;
/** How far along the scale a score is, in percent; what makes spam stands in the middle. */
export const along = ({ score, threshold }: Pick<Spam, 'score' | 'threshold'>): number =>
  Math.round(Math.min(100, Math.max(0, (50 * score) / threshold)));

export const points = (n: number): string => `${n > 0 ? '+' : n < 0 ? '−' : ''}${Math.abs(n)}`;
export const scoreWords = ({ score, threshold }: Pick<Spam, 'score' | 'threshold'>): string =>
  score >= DECIDES / 2
    ? 'A list decided.'
    : score <= -DECIDES / 2
      ? 'Somebody known decided.'
      : `${Math.max(0, score)} ${score === 1 ? 'point' : 'points'}; from ${threshold} on it is spam.`;

/** Why a conversation lies in the spam folder, in one line: a person's word before the filter's. */
export const headline = (spam: ConversationRow['spam'], person: (id: string) => string): string => {
  if (spam?.by) return `${person(spam.by)} marked this as spam${spam.at ? ` on ${date(spam.at)}` : ''}`;
  return spam?.reasons[0]?.words ?? 'Marked as spam, from before reasons were noted';
};

/** How strict a filter is, in words; the numbers are the contract's. */
export const levels: { threshold: number; label: string; help: string }[] = [
  {
    threshold: 7,
    label: 'Careful',
    help: 'Only when several signs agree. More spam stays in the inbox; hardly ever is a customer taken for it.',
  },
  {
    threshold: 5,
    label: 'Balanced',
    help: 'What your mail host calls spam, a forgery with one more sign, or words very much like what you marked.',
  },
  {
    threshold: 3.5,
    label: 'Strict',
    help: 'One strong sign is enough. Look into the spam folder every day.',
  },
];
