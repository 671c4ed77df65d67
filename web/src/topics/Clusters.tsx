import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Failed } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { Decide } from './Decide.tsx';
import { clustersQuery } from './data.ts';
import { counted, Line } from './Line.tsx';
import { Known } from './Numbers.tsx';
import './topics.css';

/** More are shown on request: the page is about problems first. */
const SHOWN = 3;

/** What nobody filed and yet is about the same: a problem, perhaps, that has no name so far. */
export const Clusters = () => {
  const query = useQuery(clustersQuery);
  const [all, setAll] = useState(false);
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const items = query.data?.items.filter((one) => one.kind === 'unfiled') ?? [];
  const looked = query.data?.looked.unfiled;
  const dismissed = query.data?.dismissed.unfiled ?? 0;
  const away = dismissed ? (
    <Link className="link xs" to="/problems/dismissed">
      {t('{n, plural, one {# that is no problem} other {# that are no problems}}', { n: dismissed })}
    </Link>
  ) : null;
  if (items.length === 0) return away ? <p>{away}</p> : null;
  return (
    <section className="card pad found" aria-labelledby="found">
      <div>
        <h2 id="found">{t('Found by themselves')}</h2>
        <p className="sm ink2">
          {t('Conversations that nobody filed and that are alike. The names are proposals, from the words in them.')}
        </p>
      </div>
      <ul className="foundlist">
        {(all ? items : items.slice(0, SHOWN)).map((one) => (
          <li key={one.id}>
            <Line one={one}>
              <span className="xs ink3">{counted(one)}</span>
              <Known one={one} />
            </Line>
            <Decide one={one} />
          </li>
        ))}
      </ul>
      <div className="row wraps">
        {items.length > SHOWN ? (
          <button type="button" className="btn quiet sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('Show fewer') : t('Show all {n}', { n: items.length })}
          </button>
        ) : null}
        {looked ? (
          <span className="xs ink3">
            {t('{n, plural, one {# conversation} other {# conversations}} looked at {when}', {
              n: looked.conversations,
              when: ago(looked.at),
            })}
          </span>
        ) : null}
        {away}
      </div>
    </section>
  );
};
