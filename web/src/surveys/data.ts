import type { Survey, SurveyKind, SurveyPart, SurveyState, SurveyWay, WhyNotAsked } from '@hearten/contract';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { spoken, t } from '../language/index.ts';

export const WEEKS = 12;
export const surveysQuery = queryOptions({ queryKey: ['surveys', 'all'], queryFn: () => api('GET /surveys') });
export const surveyQuery = (id: string) =>
  queryOptions({ queryKey: ['surveys', 'one', id], queryFn: () => api('GET /surveys/:id', { params: { id } }) });
export const resultsQuery = (id: string) =>
  queryOptions({
    queryKey: ['surveys', 'results', id],
    queryFn: () => api('GET /surveys/:id/results', { params: { id }, query: { weeks: String(WEEKS) } }),
    staleTime: 30_000,
  });

export const kinds: Record<SurveyKind, { label: string; about: string; score: string }> = {
  csat: {
    label: t('Satisfaction (CSAT)'),
    about: t('How they feel about the help and about the product, apart, and whether it was as expected.'),
    score: t('Glad or heartened about the help'),
  },
  ces: {
    label: t('Effort (CES)'),
    about: t('Whether it was easy to get it solved, from 1 to 7.'),
    score: t('Found it easy (5 to 7)'),
  },
  nps: {
    label: t('Recommendation (NPS)'),
    about: t('Whether they would recommend you, from 0 to 10.'),
    score: t('Promoters less detractors'),
  },
  own: { label: t('Your own questions'), about: t('Choices, scales and words of yours.'), score: '' },
};
export const whyWords: Record<WhyNotAsked, string> = {
  'asked lately': t('Asked within the last 14 days, by this or something else'),
  unsubscribed: t('They want to be asked nothing'),
  'never wrote': t('They never wrote themselves'),
  spam: t('Spam or trash'),
  blocked: t('Their address is blocked'),
  'no address': t('No e-mail address'),
  'no chat': t('They did not write in the chat'),
  'not there': t('They have not looked at the chat again'),
  disconnected: t('Its inbox is switched off or disconnected'),
  'not ended': t('Open again, or part of another conversation'),
  audience: t('Not in the audience'),
  sampling: t('Not in the share that is asked'),
  'not delivered': t('The mail did not arrive'),
  practice: t('Practice'),
};
export const stateWords: Record<SurveyState, string> = {
  turn: t('Every turn'),
  asked: t('Asked'),
  answered: t('They answered'),
  provisional: t('Followed a link, not confirmed'),
  silent: t('Silent'),
  'not asked': t('Were not asked'),
};

/** A score as it is said: a share in per cent, NPS as points from -100 to 100. */
export const scoreWords = (kind: SurveyKind, value: number): string =>
  kind === 'nps'
    ? new Intl.NumberFormat(spoken(), { signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(value * 100)
    : new Intl.NumberFormat(spoken(), { style: 'percent', maximumFractionDigits: 0 }).format(value);
export const partWords = (kind: SurveyKind, part: Pick<SurveyPart, 'score' | 'withheld'>): string =>
  part.score
    ? scoreWords(kind, part.score.value)
    : part.withheld === 'personal'
      ? t('One person’s: not shown')
      : t('Too few yet');

/** By which way it asks: as it is chosen, and what that means. */
export const ways: Record<SurveyWay, { label: string; about: string }> = {
  mail: { label: t('By mail'), about: t('Everybody with an e-mail address, also those who wrote in the chat.') },
  chat: { label: t('In the chat'), about: t('Who wrote there, when they look at the conversation that is over.') },
  both: {
    label: t('Where the conversation was'),
    about: t('In the chat those who wrote there, and no mail as well; all others by mail.'),
  },
};

/** When it asks, in a sentence. */
export const whenWords = (one: Pick<Survey, 'moment' | 'delayHours' | 'everyDays'>): string =>
  one.moment === 'rhythm'
    ? t('{n, plural, one {Each customer every day} other {Each customer every # days}}', { n: one.everyDays })
    : one.delayHours === 0
      ? t('As soon as it is resolved')
      : t('{n, plural, one {# hour after it is resolved} other {# hours after it is resolved}}', { n: one.delayHours });

/** What the server answered is what is shown, here and in the list. */
export const shown = async (client: QueryClient, survey: Survey): Promise<void> => {
  client.setQueryData(surveyQuery(survey.id).queryKey, survey);
  await client.invalidateQueries({ queryKey: surveysQuery.queryKey });
};
