import type { Survey } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Plus, Quote } from 'lucide-react';
import { percent } from '../home/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { kinds, surveysQuery, whenWords } from './data.ts';
import './surveys.css';

const Line = ({ one }: { one: Survey }) => (
  <Link to="/surveys/$id" params={{ id: one.id }}>
    <span className="grow surveyline">
      <span className="row wraps">
        <bdi dir="auto" className="strong">
          {one.name}
        </bdi>
        <span className={`chip ${one.running ? 'ok' : 'dashed'}`}>{one.running ? t('Asking') : t('Off')}</span>
      </span>
      <span className="xs ink3">
        {kinds[one.kind].label} · {whenWords(one)}
      </span>
    </span>
    <span className="xs ink2 surveyrate">
      {one.asked
        ? t('{answered} of {asked} answered ({share})', {
            answered: number(one.answered),
            asked: number(one.asked),
            share: percent(one.answered / one.asked),
          })
        : t('Nobody asked yet')}
    </span>
    <ChevronRight className="i ink3 flip" />
  </Link>
);

/** What customers are asked beside the one question in an answer. */
export const Surveys = () => {
  useTitle(t('Surveys'));
  const may = useMay()('workspace.write');
  const query = useQuery(surveysQuery);
  const items = query.data?.items;
  const add = may ? (
    <Link to="/surveys/new" className="btn primary">
      <Plus className="i" /> {t('New survey')}
    </Link>
  ) : null;
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Head
            title={t('Surveys')}
            lead={t('How content customers are, how easy it was, and whether they would recommend you.')}
            help={t(
              'A survey goes by mail, in the customer’s language and thread, or stands at the end of a chat; one tap opens a page without sign-in. Nobody is asked twice within 14 days, whatever asks: every survey, and the question in the answer that resolves. That question comes first, since it goes out with the answer. Rules alone decide whose turn it is, and whoever is left out is listed with the reason.',
            )}
            action={
              <>
                <Link to="/praise" className="btn">
                  <Quote className="i s14" /> {t('Praise')}
                </Link>
                {items?.length ? add : null}
              </>
            }
          />
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {items?.length === 0 ? (
            <Empty title={t('No surveys yet')} sun action={add ?? undefined}>
              {t('Make one, look at the mail, and see whom it would have asked before anybody is.')}
            </Empty>
          ) : null}
          {items?.length ? (
            <div className="card rowsof">
              {items.map((one) => (
                <Line key={one.id} one={one} />
              ))}
            </div>
          ) : null}
        </div>
      </main>
    </div>
  );
};
