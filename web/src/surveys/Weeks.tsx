import type { Survey, SurveyResults } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import { t } from '../language/index.ts';
import { calendarDay, number } from '../ui/time.ts';
import { partWords } from './data.ts';

/** Week by week: a column as tall as its answers among those asked, with the score in words. Weeks of too few are grey. */
export const Weeks = ({ survey, weeks }: { survey: Survey; weeks: SurveyResults['byWeek'] }) => {
  const most = Math.max(1, ...weeks.map((one) => one.asked ?? 0));
  return (
    <div className="surveyweeks">
      <ul aria-label={t('Week by week')}>
        {weeks.map((one) => (
          <li key={one.week} className={one.score ? '' : 'few'}>
            {one.asked === null || one.answered === null ? (
              // Told to nobody: there is nothing behind it to open.
              <span title={`${t('Week of {day}', { day: calendarDay(one.week) })}: ${partWords(survey.kind, one)}`}>
                <span className="sr">
                  {t('Week of {day}', { day: calendarDay(one.week) })}: {partWords(survey.kind, one)}
                </span>
                <span className="score" aria-hidden="true">
                  –
                </span>
                <span className="col" aria-hidden="true" />
              </span>
            ) : (
              <Link
                to="/surveys/$id/turns"
                params={{ id: survey.id }}
                search={{ week: one.week, state: 'asked' }}
                title={t('Week of {day}', { day: calendarDay(one.week) })}
                aria-label={`${t('Week of {day}', { day: calendarDay(one.week) })}: ${t('{answered} of {asked} who were asked', { answered: number(one.answered), asked: number(one.asked) })}, ${partWords(survey.kind, one)}`}
              >
                <span className="score" aria-hidden="true">
                  <bdi>{one.score ? partWords(survey.kind, one) : ''}</bdi>
                </span>
                <span className="col" aria-hidden="true">
                  <i className="asked" style={{ blockSize: `${(one.asked / most) * 100}%` }} />
                  <i className="answered" style={{ blockSize: `${(one.answered / most) * 100}%` }} />
                </span>
              </Link>
            )}
          </li>
        ))}
      </ul>
      <p className="xs ink3 row wraps">
        <span className="key asked">{t('Asked')}</span>
        <span className="key answered">{t('They answered')}</span>
        <span>
          {t('From {first} to {last}; a week with fewer than ten answers has no score.', {
            first: calendarDay(weeks[0]?.week ?? ''),
            last: calendarDay(weeks.at(-1)?.week ?? ''),
          })}
        </span>
      </p>
    </div>
  );
};
