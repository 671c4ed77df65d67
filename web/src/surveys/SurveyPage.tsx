import type { Survey } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, MessageSquareQuote, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { kinds, resultsQuery, shown, surveyQuery, ways, whenWords } from './data.ts';
import { Results } from './Results.tsx';
import { WITH_WORDS } from './turns.ts';
import './surveys.css';

const Acts = ({ one }: { one: Survey }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'on' | 'delete' | null>(null);
  const [busy, setBusy] = useState(false);
  const change = async (running: boolean): Promise<void> => {
    setAsked(null);
    setBusy(true);
    try {
      await shown(client, await api('PATCH /surveys/:id', { params: { id: one.id }, body: { running } }));
      tell(running ? t('It asks from now on') : t('It asks nobody any more'));
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
  };
  const remove = async (): Promise<void> => {
    setAsked(null);
    try {
      await api('DELETE /surveys/:id', { params: { id: one.id } });
      await client.invalidateQueries({ queryKey: ['surveys', 'all'] });
      await navigate({ to: '/surveys' });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <button
        type="button"
        className={`btn${one.running ? '' : ' primary'}${busy ? ' busy' : ''}`}
        onClick={() => (one.running ? void change(false) : setAsked('on'))}
      >
        {one.running ? t('Switch off') : t('Switch on')}
      </button>
      <Link to="/surveys/$id/edit" params={{ id: one.id }} className="btn">
        <Pencil className="i s14" /> {t('Change')}
      </Link>
      {one.asked === 0 ? (
        <button type="button" className="btn quiet" onClick={() => setAsked('delete')}>
          <Trash2 className="i s14" /> {t('Delete')}
        </button>
      ) : null}
      <Confirm
        open={asked === 'on'}
        onClose={() => setAsked(null)}
        title={t('Ask from now on?')}
        yes={t('Switch on')}
        danger={false}
        onYes={() => void change(true)}
      >
        {t('It asks customers by itself. Once one was asked, its questions stay as they are.')}
      </Confirm>
      <Confirm
        open={asked === 'delete'}
        onClose={() => setAsked(null)}
        title={t('Delete this survey?')}
        yes={t('Delete')}
        onYes={() => void remove()}
      >
        {t('It asked nobody. Nothing that customers said is lost.')}
      </Confirm>
    </>
  );
};

/** One survey: whether it asks, and what it found. */
export const SurveyPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const may = useMay()('workspace.write');
  const query = useQuery(surveyQuery(id));
  const results = useQuery(resultsQuery(id));
  const one = query.data;
  useTitle(one?.name ?? t('Survey'));
  const found = results.data;
  const empty = found && found.whole.asked + found.whole.notAsked === 0;
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <Link to="/surveys" className="link xs row">
            <ArrowLeft className="i s14 flip" /> {t('Surveys')}
          </Link>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {one ? (
            <>
              <div>
                <div className="row wraps">
                  <h1>
                    <bdi dir="auto">{one.name}</bdi>
                  </h1>
                  <span className={`chip ${one.running ? 'ok' : 'dashed'}`}>
                    {one.running ? t('Asking') : t('Off')}
                  </span>
                </div>
                <p className="lead">
                  {kinds[one.kind].label} · {whenWords(one)} · {ways[one.way].label}
                  {one.share < 100 ? ` · ${t('{share} in 100 are asked', { share: one.share })}` : ''}
                </p>
              </div>
              <div className="row wraps">
                {found && !empty ? (
                  <Link
                    to="/surveys/$id/turns"
                    params={{ id }}
                    search={{ state: 'answered', words: WITH_WORDS }}
                    className="btn"
                  >
                    <MessageSquareQuote className="i s14" /> {t('What they said in words')}
                  </Link>
                ) : null}
                {may ? <Acts one={one} /> : null}
              </div>
            </>
          ) : null}
          {results.isError ? <Failed error={results.error} retry={() => void results.refetch()} /> : null}
          {one && empty ? (
            <Empty title={found.sample ? t('Sample data asks nobody') : t('Nobody’s turn came yet')} sun>
              {one.running
                ? t('The first customers are asked when their time comes; from {n} answers on there is a figure.', {
                    n: found.least,
                  })
                : t('Switch it on, and each customer is asked when their time comes.')}
            </Empty>
          ) : null}
          {one && found && !empty ? <Results survey={one} found={found} /> : null}
        </div>
      </main>
    </div>
  );
};
