import type { ConversationRow, Spam, SpamReason } from '@hearten/contract';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
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
    ? t('A list decided.')
    : score <= -DECIDES / 2
      ? t('Somebody known decided.')
      : t(
          '{score, plural, one {{points} point; from {threshold} on it is spam.} other {{points} points; from {threshold} on it is spam.}}',
          { score, points: Math.max(0, score), threshold },
        );

export const signWords = ({ words, why }: SpamReason): string => reasonWords({ text: words, why });

/** Why a conversation lies in the spam folder, in one line: a person's word before the filter's. */
export const headline = (spam: ConversationRow['spam'], person: (id: string) => string): string => {
  if (spam?.by)
    return spam.at
      ? t('{person} marked this as spam on {when}', { person: person(spam.by), when: date(spam.at) })
      : t('{person} marked this as spam', { person: person(spam.by) });
  const [first] = spam?.reasons ?? [];
  return first ? signWords(first) : t('Marked as spam, from before reasons were noted');
};

/** How strict a filter is, in words; the numbers are the contract's. */
export const levels: { threshold: number; label: string; help: string }[] = [
  {
    threshold: 7,
    label: t('Careful'),
    help: t('Only when several signs agree. More spam stays in the inbox; hardly ever is a customer taken for it.'),
  },
  {
    threshold: 5,
    label: t('Balanced'),
    help: t('What your mail host calls spam, a forgery with one more sign, or words very much like what you marked.'),
  },
  {
    threshold: 3.5,
    label: t('Strict'),
    help: t('One strong sign is enough. Look into the spam folder every day.'),
  },
];
