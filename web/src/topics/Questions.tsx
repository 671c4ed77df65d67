import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { ago } from '../ui/time.ts';
import { Answering } from './Answering.tsx';
import { Decide } from './Decide.tsx';
import { clustersQuery } from './data.ts';
import { Line } from './Line.tsx';
import { Known, Numbers } from './Numbers.tsx';
import './topics.css';

/** More are shown on request: the page is about problems first. */
const SHOWN = 3;

/** What is asked again and again, the gaps in what the desk knows first. What went wrong with it is said where the rest of it stands. */
export const Questions = () => {
  const { data } = useQuery(clustersQuery);
  const [all, setAll] = useState(false);
  if (!data) return null;
  const items = data.items.filter((one) => one.kind === 'question');
  const gaps = items.filter((one) => one.gap).length;
  const looked = data.looked.question;
  const away = data.dismissed.question ? (
    <Link className="link xs" to="/problems/dismissed">
      {t('{n, plural, one {# question was dismissed} other {# questions were dismissed}}', {
        n: data.dismissed.question,
      })}
    </Link>
  ) : null;
  if (items.length === 0) return away ? <p>{away}</p> : null;
  return (
    <section className="card pad found" aria-labelledby="asked">
      <div>
        <h2 id="asked">{t('Asked again and again')}</h2>
        <p className="sm ink2">
          {t('Plain questions that are alike.')}{' '}
          {gaps > 0
            ? t('{n, plural, one {# has no saved answer yet.} other {# have no saved answer yet.}}', { n: gaps })
            : null}
        </p>
      </div>
      <ul className="foundlist asked">
        {(all ? items : items.slice(0, SHOWN)).map((one) => (
          <li key={one.id}>
            <Line one={one}>
              <Numbers one={one} />
              <Known one={one} />
            </Line>
            <span className="row wraps">
              <Answering one={one} />
              <Decide one={one} />
            </span>
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
            {t('{n, plural, one {# question} other {# questions}} looked at {when}', {
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
