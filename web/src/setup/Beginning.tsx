import type { FirstStep } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck, X } from 'lucide-react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import './beginning.css';

const steps: { step: FirstStep; words: string; to: string; may: string | null }[] = [
  { step: 'answer', words: t('Answer your first customer'), to: '/welcome', may: 'inbox.write' },
  { step: 'mailbox', words: t('Connect a mailbox'), to: '/settings/inboxes/new', may: 'inbox.write' },
  { step: 'brand', words: t('Show your face'), to: '/settings/brand', may: 'workspace.write' },
  { step: 'notifications', words: t('Choose what interrupts you'), to: '/settings/notifications', may: null },
  { step: 'snippet', words: t('Keep an answer as a snippet'), to: '/settings/snippets', may: 'snippet.read' },
  { step: 'colleague', words: t('Invite a colleague'), to: '/settings/people', may: 'people.write' },
];

/** Shows the list again, or puts it away; for the list, the palette and undo. */
export const useFirstSteps = () => {
  const client = useQueryClient();
  const show = async (firstSteps: boolean): Promise<void> => {
    try {
      client.setQueryData(['me'], trust(await api('PATCH /me', { body: { firstSteps } })));
      if (!firstSteps)
        tell(t('Put away. The palette brings it back: “first steps”.'), {
          label: t('Undo'),
          run: () => void show(true),
        });
    } catch (error) {
      tellProblem(error);
    }
  };
  return show;
};

/** What a new desk has still to do, until all of it is so. */
export const Beginning = () => {
  const me = useMe();
  const may = useMay();
  const show = useFirstSteps();
  // Who only looks on, or works in what others set up, has nothing to begin.
  const begins = me.firstSteps && me.workspace.sampleOf === null && may('inbox.write');
  const { data } = useQuery({
    queryKey: ['first-steps'],
    queryFn: async () => (await api('GET /first-steps')).done,
    enabled: begins,
    staleTime: 5_000,
    refetchInterval: 60_000,
  });
  const mine = steps.filter((one) => one.may === null || may(one.may));
  const left = mine.filter((one) => !data?.includes(one.step));
  if (!begins || !data || left.length === 0) return null;
  return (
    <section className="beginning" aria-labelledby="first-steps">
      <p className="row">
        <span className="strong grow" id="first-steps">
          {t('First steps')}
        </span>
        <span className="count">{t('{done} of {all}', { done: mine.length - left.length, all: mine.length })}</span>
        <button
          type="button"
          className="btn quiet sm icon"
          aria-label={t('Put the first steps away')}
          title={t('Put the first steps away')}
          onClick={() => void show(false)}
        >
          <X className="i s14" />
        </button>
      </p>
      <ol>
        {mine.map(({ step, words, to }) => {
          const done = data.includes(step);
          return (
            <li key={step} className={done ? 'ok' : ''}>
              {done ? <CircleCheck className="i s14" /> : <Circle className="i s14" />}
              {done ? (
                <span>
                  <span className="sr">{t('Done:')} </span>
                  {words}
                </span>
              ) : (
                <Link to={to}>{words}</Link>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
};
