import type { Behind } from '@hearten/contract';
import { t } from '../language/index.ts';

/** Which conversations of something found stand behind a number of it. */
export const shown: Record<Behind, string> = {
  all: t('All conversations'),
  customers: t('One conversation of each customer'),
  lately: t('Began in the last four weeks'),
  before: t('Began in the four weeks before'),
  felt: t('Mood is known'),
  unhappy: t('Were unhappy'),
  answered: t('Answered by a person'),
  'by hand': t('Answered by hand'),
  used: t('Answered with the linked answer'),
};
const names: readonly string[] = Object.keys(shown);
export const readFound = ({ of }: Record<string, unknown>): { of?: Behind } =>
  typeof of === 'string' && of !== 'all' && names.includes(of) ? { of: of as Behind } : {};
