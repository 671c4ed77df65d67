import type { BodyInput, KnownProblem } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDot } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { calendarDay } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { shown } from './data.ts';

/** What became of the issue a problem links to, what that proposes, and whether the problem follows by itself. */
export const Issue = ({ one }: { one: KnownProblem }) => {
  const client = useQueryClient();
  const may = useMay();
  const me = useMe().person.id;
  const { issue } = one;
  if (!issue || one.mergedInto) return null;
  const can = may('problem.write') || one.ownerId === me;
  const say = async (body: BodyInput<'PUT /problems/:id/issue'>): Promise<void> => {
    try {
      await shown(client, await api('PUT /problems/:id/issue', { params: { id: one.id }, body }));
    } catch (error) {
      tellProblem(error);
    }
  };
  const day = issue.day ? calendarDay(issue.day) : '';
  // A day that somebody entered stays the day of the fix.
  const shipped = one.shippedOn ? calendarDay(one.shippedOn) : day;
  return (
    <section className="card pad issue" aria-labelledby="issue">
      <div className="row wraps">
        <h2 id="issue" className="grow">
          {t('Its issue')}
        </h2>
        {issue.state === 'closed' ? (
          <span className="chip ok">
            <CircleCheck className="i s13" /> {t('Closed on {day}', { day })}
          </span>
        ) : issue.state === 'open' ? (
          <span className="chip">
            <CircleDot className="i s13" /> {t('Open')}
          </span>
        ) : (
          <span className="chip dashed">{t('Nothing heard yet')}</span>
        )}
      </div>
      <a className="link" href={one.link} target="_blank" rel="noreferrer">
        <bdi dir="ltr">{one.link}</bdi>
      </a>
      {issue.proposes ? (
        <div className="row wraps issueasks">
          <p className="grow">
            {issue.proposes === 'fixed'
              ? t('Its issue was closed. Is this fixed, shipped on {day}?', { day: shipped })
              : t('Its issue was opened again. Is this being fixed again?')}
          </p>
          {can ? (
            <>
              <button type="button" className="btn sm primary" onClick={() => void say({ answer: 'accept' })}>
                {issue.proposes === 'fixed' ? t('Yes, fixed') : t('Yes, being fixed')}
              </button>
              <button type="button" className="btn sm quiet" onClick={() => void say({ answer: 'decline' })}>
                {t('Not yet')}
              </button>
            </>
          ) : null}
        </div>
      ) : null}
      {issue.state === null ? (
        <p className="sm ink2">
          {may('webhook.write') ? (
            <Link className="link" to="/settings/trackers">
              {t('Let its tracker tell when it is closed')}
            </Link>
          ) : (
            t('Its state is known once its tracker tells it here; an owner or manager sets that up.')
          )}
        </p>
      ) : null}
      {can ? (
        <label className="check">
          <input type="checkbox" checked={issue.follows} onChange={(e) => void say({ follows: e.target.checked })} />
          <span>{t('Follow the issue by itself: closed makes this fixed, opened again makes it being fixed')}</span>
        </label>
      ) : null}
    </section>
  );
};
