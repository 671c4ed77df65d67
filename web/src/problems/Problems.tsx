import type { ProblemRow } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Eye, Mails, Plus, Search, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Clusters } from '../topics/Clusters.tsx';
import { Questions } from '../topics/Questions.tsx';
import { Rises } from '../topics/Rises.tsx';
import { Avatar, Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { accuracyOf } from './Audited.tsx';
import { auditQuery, problemsQuery, shown, states } from './data.ts';
import { Naming } from './Naming.tsx';
import './problems.css';

const percent = (share: number): string =>
  new Intl.NumberFormat(document.documentElement.lang || 'en', { style: 'percent', maximumFractionDigits: 1 }).format(
    share,
  );

const NewProblem = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const make = async (name: string): Promise<void> => {
    const made = await api('POST /problems', { body: { name } });
    await shown(client, made);
    await navigate({ to: '/problems/$id', params: { id: made.id } });
  };
  return (
    <Naming title={t('New problem')} question={t('What could the customer not do?')} make={make} onClose={onClose} />
  );
};

const Line = ({ one, owner }: { one: ProblemRow; owner: string | undefined }) => (
  <Link to="/problems/$id" params={{ id: one.id }}>
    <span className="grow problemline">
      <span className="row wraps">
        <bdi dir="auto" className="strong">
          {one.name}
        </bdi>
        <span className={`chip ${states[one.state].tone}`}>{states[one.state].label}</span>
        {one.wish ? <span className="chip accent">{t('Wish')}</span> : null}
        {one.proposes ? (
          <span className="chip info">
            {one.proposes === 'fixed' ? t('Its issue is closed') : t('Its issue is open again')}
          </span>
        ) : null}
        {one.provisional ? (
          <span className="chip">
            {t('{n, plural, one {# to confirm} other {# to confirm}}', { n: one.provisional })}
          </span>
        ) : null}
      </span>
      <span className="xs ink3">
        {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })} ·{' '}
        {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
      </span>
    </span>
    {owner ? (
      <Avatar name={owner} id={one.ownerId ?? ''} team size={24} />
    ) : (
      <span className="xs ink3">{t('No owner')}</span>
    )}
    <span className="problemshare" title={t('Share of all filed conversations')}>
      <i style={{ inlineSize: `${Math.max(2, one.share * 100)}%` }} aria-hidden="true" />
      <span className="sr">{t('Share of all filed conversations')}</span>
      <span className="xs">{percent(one.share)}</span>
    </span>
    <ChevronRight className="i ink3 flip" />
  </Link>
);

/** Everything customers could not do, the costliest first. */
export const Problems = () => {
  useTitle(t('Problems'));
  const may = useMay();
  const query = useQuery(problemsQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const [text, setText] = useState('');
  const [state, setState] = useState('');
  const [making, setMaking] = useState(false);
  const { data: audit } = useQuery(auditQuery);
  const { data } = query;
  const words = text.trim().toLocaleLowerCase();
  const items = data?.items.filter(
    (one) => (!state || one.state === state) && one.name.toLocaleLowerCase().includes(words),
  );
  const nameOf = (id: string | null) => people?.find((one) => one.id === id)?.name;
  const add = may('problem.file') ? (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> {t('New problem')}
    </button>
  ) : null;
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div className="row wraps problemhead">
            <div className="grow">
              <h1>{t('Problems')}</h1>
              <p className="lead">{t('What customers could not do, and what ends it: the costliest first.')}</p>
            </div>
            <Link className="btn" to="/mailings" search={{}}>
              <Mails className="i" /> {t('Mailings')}
            </Link>
            <Link className="btn" to="/problems/wishes" search={{}}>
              <Sparkles className="i" /> {t('Wishes')}
            </Link>
            {data?.items.length ? add : null}
          </div>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {data?.items.length === 0 ? (
            <Empty title={t('No problems yet')} sun action={add ?? undefined}>
              {t(
                'File a resolved conversation under what the customer could not do. The next one like it is recognised.',
              )}
            </Empty>
          ) : null}
          {query.isSuccess ? <Rises /> : null}
          {query.isSuccess ? <Clusters /> : null}
          {query.isSuccess ? <Questions /> : null}
          {data && data.items.length > 0 ? (
            <>
              <p className="ink2">
                {t('{n, plural, one {# conversation is filed} other {# conversations are filed}}', { n: data.filed })}
                {' · '}
                {t('{question} plain questions, {oneOff} one-offs, {praise} praise', {
                  question: data.question,
                  oneOff: data.oneOff,
                  praise: data.praise,
                })}
                {data.resolved > 0 ? (
                  <>
                    {' · '}
                    <Link className="link" to="/problems/unfiled">
                      {t('Not filed of what was resolved in 30 days: {share}', {
                        share: percent(data.unfiled / data.resolved),
                      })}
                    </Link>
                  </>
                ) : null}
                {audit ? (
                  <>
                    {' · '}
                    <Link className="link" to="/problems/audited" search={{}}>
                      {accuracyOf(audit)}
                    </Link>
                  </>
                ) : null}
              </p>
              {audit?.waiting && may('problem.file') ? (
                <p className="row wraps">
                  <Link className="btn sm" to="/problems/audit">
                    <Eye className="i s14" />{' '}
                    {t('{n, plural, one {# waits for a second look} other {# wait for a second look}}', {
                      n: audit.waiting,
                    })}
                  </Link>
                </p>
              ) : null}
              <div className="row">
                <div className="search grow">
                  <Search className="i" />
                  <input
                    className="input"
                    type="search"
                    aria-label={t('Find a problem')}
                    placeholder={t('Words of its name')}
                    value={text}
                    onChange={(e) => setText(e.target.value)}
                  />
                </div>
                <select
                  className="input problemstate"
                  aria-label={t('State')}
                  value={state}
                  onChange={(e) => setState(e.target.value)}
                >
                  <option value="">{t('Every state')}</option>
                  {Object.entries(states).map(([id, { label }]) => (
                    <option key={id} value={id}>
                      {label}
                    </option>
                  ))}
                </select>
              </div>
              {items?.length ? (
                <div className="card rowsof">
                  {items.map((one) => (
                    <Line key={one.id} one={one} owner={nameOf(one.ownerId)} />
                  ))}
                </div>
              ) : (
                <Empty title={t('No problem like this')}>{t('Try fewer words, or every state.')}</Empty>
              )}
            </>
          ) : null}
        </div>
      </main>
      {making ? <NewProblem onClose={() => setMaking(false)} /> : null}
    </div>
  );
};
