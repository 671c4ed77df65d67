import { t } from '../language/index.ts';

/** The five, from dusk to daylight. */
export const moodWords = [t('Upset'), t('Uneasy'), t('Okay'), t('Glad'), t('Heartened')] as const;
export const moodWord = (value: number): string => moodWords[value - 1] ?? '';
