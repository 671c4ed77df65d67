import type { Restored } from '@hearten/contract';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Empty } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import type { Behind } from './behind.ts';
import { percent, signed } from './data.ts';
import { WeekChart, WeekTable } from './WeekChart.tsx';

/** A number that leads to its conversations. */
export const Count = ({ behind, children }: { behind: Behind; children: ReactNode }) => (
  <Link to="/home/conversations" search={{ ...behind, ...useSearch({ from: '/app/home' }) }} className="link">
    {children}
  </Link>
);

/** What there is to do before there is a figure. */
const Teach = ({ restored }: { restored: Restored }) => {
  const may = useMay()('workspace.write');
  return restored.asks ? (
    <Empty title={t('Nobody has been asked yet')} sun>
      {t('The next answer that resolves a conversation asks. From {n} answers on there is a figure.', {
        n: restored.least,
      })}
    </Empty>
  ) : (
    <Empty
      title={t('How do your customers leave?')}
      sun
      action={
        may ? (
          <Link to="/settings/mood" className="btn primary">
            {t('Ask in the answer that resolves')}
          </Link>
        ) : undefined
      }
    >
      {t(
        'One question below the answer that resolves, one tap, no sign-in. Restored is who left better, the same, or happy.',
      )}
    </Empty>
  );
};

/** Restored: the share, what it rests on, and how it went week by week. */
export const RestoredHead = ({ restored }: { restored: Restored }) => {
  const { whole, byWeek, least } = restored;
  if (whole.asked === 0) return <Teach restored={restored} />;
  const share = whole.restored;
  return (
    <section className="card pad restored" aria-labelledby="restored">
      <div className="restoredhead">
        <div>
          <h2 id="restored">{t('Restored')}</h2>
          {restored.sample ? <span className="chip">{t('Sample data, in nobody’s figures')}</span> : null}
          <p className={share ? 'bigfigure' : 'bigfigure few'}>{share ? percent(share.share) : t('Too few yet')}</p>
          <p className="ink2 xs">
            {share
              ? t('between {low} and {high}, with 95 % certainty', {
                  low: percent(share.low),
                  high: percent(share.high),
                })
              : t('{n} of {least} answers that a figure needs', { n: whole.answered, least })}
          </p>
        </div>
        <dl className="restoredfacts">
          <div>
            <dt>{t('They answered')}</dt>
            <dd>
              <Count behind={{ state: 'answered' }}>{number(whole.answered)}</Count>
            </dd>
          </div>
          <div>
            <dt>{t('Silent')}</dt>
            <dd>
              <Count behind={{ state: 'silent' }}>{number(whole.silent)}</Count>{' '}
              {whole.silentShare === null ? null : <span className="ink3 xs">{percent(whole.silentShare)}</span>}
            </dd>
          </div>
          {whole.provisional ? (
            <div>
              <dt>{t('Followed a link, not confirmed')}</dt>
              <dd>
                <Count behind={{ state: 'provisional' }}>{number(whole.provisional)}</Count>
              </dd>
            </div>
          ) : null}
          <div>
            <dt>{t('Were not asked')}</dt>
            <dd>
              <Count behind={{ state: 'not asked' }}>{number(whole.notAsked)}</Count>
            </dd>
          </div>
          <div>
            <dt>{t('Lift')}</dt>
            <dd>
              {whole.lift ? (
                <>
                  <bdi>{signed(whole.lift.mean)}</bdi>{' '}
                  <span className="ink3 xs">{t('{n} pairs', { n: whole.lift.pairs })}</span>
                </>
              ) : (
                <span className="ink3 xs">{t('Too few yet')}</span>
              )}
            </dd>
          </div>
        </dl>
      </div>
      <WeekChart weeks={byWeek} />
      <details className="xs">
        <summary>{t('Show the table')}</summary>
        <WeekTable weeks={byWeek} />
      </details>
      <p className="ink3 xs">
        {t(
          'Of the conversations whose customer answered: better, the same as before, or happy. The band is the interval. Silent were asked and said nothing; not asked is not silent. Lift is the end minus the start, both read from the same source.',
        )}
      </p>
    </section>
  );
};
