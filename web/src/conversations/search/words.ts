import { t } from '../../language/index.ts';
import { having, moods, priorities, statuses } from '../operators.ts';

/** The operators as one reads about them: what to type, what it finds. */
export const help: { key: string; example: string; text: string }[] = [
  {
    key: 'from',
    example: 'from:whitfield',
    text: t('whose conversation it is, by name or address; a typo is forgiven'),
  },
  { key: 'to', example: 'to:support@', text: t('to whom a message went') },
  { key: 'subject', example: 'subject:"broken shade"', text: t('words of the subject') },
  { key: 'has', example: 'has:attachment', text: t('what is in it: {words}', { words: having.join(', ') }) },
  {
    key: 'is',
    example: 'is:waiting',
    text: t('how it stands: {words}', {
      words: [...statuses, 'unread', 'unassigned', 'mine', 'spam', 'trash'].join(', '),
    }),
  },
  { key: 'assignee', example: 'assignee:me', text: t('who has it: a name, me or none') },
  { key: 'team', example: 'team:returns', text: t('which team has it') },
  { key: 'inbox', example: 'inbox:support', text: t('where it came in') },
  { key: 'tag', example: 'tag:refund', text: t('its tag') },
  { key: 'priority', example: 'priority:high', text: priorities.join(', ') },
  { key: 'mood', example: 'mood:upset', text: t('whose customer is upset, stuck, or either') },
  { key: 'before', example: 'before:2026-11-01', text: t('last written before this day') },
  { key: 'after', example: 'after:2026-11-01', text: t('last written on this day or later') },
  { key: 'since', example: 'since:7d', text: t('last written within this time: 12h, 7d, 2w') },
];
/** Values that can be offered while an operator is typed, where they are a fixed few. */
export const values: Record<string, readonly string[]> = {
  is: ['unread', 'mine', 'unassigned', ...statuses, 'spam', 'trash'],
  status: statuses,
  has: having,
  priority: priorities,
  mood: moods,
  since: ['1d', '7d', '30d'],
  assignee: ['me', 'none'],
  team: ['none'],
};
