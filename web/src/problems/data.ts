import type { AuditSaid, FilingKind, KnownProblem, ProblemCause, ProblemFix, ProblemState } from '@hearten/contract';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';

export const problemsQuery = queryOptions({ queryKey: ['problems', 'all'], queryFn: () => api('GET /problems') });
/** Counted over so many weeks only. */
export const latelyQuery = (weeks: number) =>
  queryOptions({
    queryKey: ['problems', 'all', weeks],
    queryFn: () => api('GET /problems', { query: { weeks: String(weeks) } }),
  });
export const problemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'one', id],
    queryFn: () => api('GET /problems/:id', { params: { id } }),
  });
export const rateQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'rate', id],
    queryFn: () => api('GET /problems/:id/rate', { params: { id } }),
  });
export const filingQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'filing', id],
    queryFn: () => api('GET /conversations/:id/filing', { params: { id } }),
  });

export const auditQuery = queryOptions({ queryKey: ['problems', 'audit'], queryFn: () => api('GET /filing-audit') });
export const auditNextQuery = queryOptions({
  queryKey: ['problems', 'audit next'],
  queryFn: () => api('GET /filing-audit/next'),
});

export const states: Record<ProblemState, { label: string; tone: string }> = {
  found: { label: t('Found'), tone: 'dashed' },
  known: { label: t('Known'), tone: '' },
  fixing: { label: t('Being fixed'), tone: 'info' },
  fixed: { label: t('Fixed'), tone: 'ok' },
  verified: { label: t('Verified'), tone: 'ok' },
  wont: { label: t('Won’t be fixed'), tone: '' },
};
export const causes: Record<ProblemCause, string> = {
  product: t('The product'),
  policy: t('A policy'),
  docs: t('The documentation'),
  support: t('Support itself'),
};
export const fixes: Record<ProblemFix, string> = {
  article: t('An article'),
  product: t('A change of the product'),
  policy: t('A change of a policy'),
  message: t('A message to customers'),
  none: t('None: we won’t'),
};
export const kinds: Record<Exclude<FilingKind, 'problem'>, string> = {
  question: t('A plain question'),
  'one-off': t('A one-off'),
  praise: t('Praise'),
};
/** What a second person can say besides a problem. */
export const saidKinds: Record<Exclude<AuditSaid, 'problem'>, string> = {
  ...kinds,
  other: t('A problem that is not noted yet'),
  unclear: t('I cannot tell'),
};

/** What the server answered is what is shown, here and in the list. */
export const shown = async (client: QueryClient, problem: KnownProblem): Promise<void> => {
  client.setQueryData(problemQuery(problem.id).queryKey, problem);
  await client.invalidateQueries({ queryKey: problemsQuery.queryKey });
  await client.invalidateQueries({ queryKey: rateQuery(problem.id).queryKey });
};
