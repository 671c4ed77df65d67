import type { LeftOut, Mailing, MailingKind, MailingState } from '@hearten/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { and } from '../ui/names.ts';
import { number } from '../ui/time.ts';

export const mailingsQuery = (problemId: string) =>
  queryOptions({
    queryKey: ['problems', 'mailings', problemId],
    queryFn: () => api('GET /problems/:id/mailings', { params: { id: problemId } }),
  });
export const mailingQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'mailing', id],
    queryFn: () => api('GET /mailings/:id', { params: { id } }),
    // Frames say when it moved; this is for a line that is lost.
    refetchInterval: ({ state }) => (state.data && moves(state.data.state) ? 3_000 : false),
  });
export const moves = (state: MailingState): boolean => state === 'running' || state === 'undoing';

export const titles: Record<MailingKind, string> = {
  waiting: t('Answer everyone waiting on this problem'),
  fixed: t('It is fixed: tell everyone who reported it'),
};
/** What it was, once it was sent. */
export const kindWords: Record<MailingKind, string> = {
  waiting: t('Answer to everyone waiting'),
  fixed: t('News that it is fixed'),
};
export const stateWords: Record<MailingState, string> = {
  preview: t('Preview, nothing sent'),
  running: t('Sending'),
  stopped: t('Stopped'),
  done: t('Sent'),
  undoing: t('Taking back'),
  undone: t('Taken back'),
};
export const reasons: Record<LeftOut, string> = {
  'no-address': t('No e-mail address'),
  chat: t('Chat visitors without an address'),
  unsubscribed: t('Want no such news'),
  blocked: t('Blocked'),
  newer: t('Older conversations of people who get it in a newer one'),
  told: t('Told before'),
  unconfirmed: t('Not confirmed to be about it'),
  unfilled: t('Something the text names is not known of them'),
  disconnected: t('The inbox is disconnected'),
  sample: t('Sample data'),
  changed: t('Wrote or changed since the preview'),
  erased: t('Erased since the preview'),
  'not-delivered': t('Not delivered'),
};

/** Who was left out and why, in one line: people, but for the older conversations of those who got it. */
export const leftWords = (left: Mailing['leftOut']): string =>
  and(
    left.map(
      ({ reason, people, conversations }) =>
        `${reasons[reason]} (${number(reason === 'newer' ? conversations : people)})`,
    ),
  );

/** What was written and is being changed, until it is sent. */
export const written = new Map<string, { text: string; confirmed: boolean }>();
