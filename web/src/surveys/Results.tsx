import type { Survey, SurveyResults, SurveySpread, SurveyToldPart } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { channelName } from '../conversations/channels.ts';
import { between, percent } from '../home/data.ts';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { calendarDay, number } from '../ui/time.ts';
import { kinds, partWords, scoreWords, stateWords, ways, whyWords } from './data.ts';
import type { Turns as Behind } from './turns.ts';
import { Weeks } from './Weeks.tsx';
import '../home/home.css';

const Count = ({ id, behind, children }: { id: string; behind: Behind; children: ReactNode }) => (
  <Link to="/surveys/$id/turns" params={{ id }} search={behind} className="link">
    {children}
  </Link>
);

const Headline = ({ survey, found }: { survey: Survey; found: SurveyResults }) => {
  const { whole, least } = found;
  const { score, rate } = whole;
  const fact = (state: 'answered' | 'provisional' | 'silent' | 'not asked', n: number) => (
    <div>
      <dt>{stateWords[state]}</dt>
      <dd>
        <Count id={survey.id} behind={{ state }}>
          {number(n)}
        </Count>
      </dd>
    </div>
  );
  return (
    <section className="card pad restored" aria-labelledby="score">
      <div className="restoredhead">
        {survey.kind === 'own' ? null : (
          <div>
            <h2 id="score">{kinds[survey.kind].score}</h2>
            <p className={score ? 'bigfigure' : 'bigfigure few'}>
              <bdi>{score ? scoreWords(survey.kind, score.value) : t('Too few yet')}</bdi>
            </p>
            <p className="ink2 xs">
              {score
                ? t('between {low} and {high}, with 95 % certainty', {
                    low: scoreWords(survey.kind, score.low),
                    high: scoreWords(survey.kind, score.high),
                  })
                : t('{n} of {least} answers that a figure needs', { n: whole.answered, least })}
            </p>
          </div>
        )}
        <div>
          <h2 id={survey.kind === 'own' ? 'score' : undefined}>{t('Response rate')}</h2>
          <p className={rate ? 'bigfigure' : 'bigfigure few'}>{rate ? percent(rate.share) : t('Too few yet')}</p>
          <p className="ink2 xs">
            {t('{answered} of {asked} who were asked', {
              answered: number(whole.answered),
              asked: number(whole.asked),
            })}
            {rate ? ` · ${between(rate)}` : ''}
          </p>
        </div>
        <dl className="restoredfacts">
          <div>
            <dt>{stateWords.asked}</dt>
            <dd>
              <Count id={survey.id} behind={{ state: 'asked' }}>
                {number(whole.asked)}
              </Count>
            </dd>
          </div>
          {fact('answered', whole.answered)}
          {whole.provisional ? fact('provisional', whole.provisional) : null}
          {fact('silent', whole.silent)}
          {fact('not asked', whole.notAsked)}
        </dl>
      </div>
      {survey.kind === 'own' ? null : <Weeks survey={survey} weeks={found.byWeek} />}
    </section>
  );
};

/** How the answers to one question spread: a bar for each, as long as its share. */
const Spread = ({ id, spread, faces }: { id: string; spread: SurveySpread; faces: boolean }) => {
  const most = Math.max(1, ...spread.values.map((one) => one.count));
  return (
    <section className="card pad">
      <h2>
        <bdi dir="auto">{spread.text}</bdi>
      </h2>
      <p className="ink3 xs">{t('{n, plural, one {# answer} other {# answers}}', { n: spread.answered })}</p>
      <ul className={spread.answered < 10 ? 'spread few' : 'spread'}>
        {spread.values.map((one, n) => (
          <li key={one.value}>
            {faces ? <Face value={n + 1} size={20} /> : null}
            <bdi dir="auto" className="spreadlabel">
              {one.label}
            </bdi>
            <span className="spreadbar" aria-hidden="true">
              <i style={{ inlineSize: `${(one.count / most) * 100}%` }} />
            </span>
            <Count id={id} behind={{ state: 'answered', question: spread.question, value: one.value }}>
              {number(one.count)}
            </Count>
          </li>
        ))}
      </ul>
    </section>
  );
};

type Named = { name: string; key: string; part: SurveyToldPart; behind: Behind };
const Parts = ({ title, survey, parts }: { title: string; survey: Survey; parts: Named[] }) =>
  parts.length ? (
    <section className="card pad">
      <h2>{title}</h2>
      <ul className="parts">
        {parts.map(({ name, key, part, behind }) => (
          <li key={key}>
            <bdi className="grow">{name}</bdi>
            <span className="xs ink2">
              {part.rate ? t('{share} answer', { share: percent(part.rate.share) }) : null}
            </span>
            {survey.kind === 'own' ? null : (
              <span className={part.score ? 'share strong' : 'share ink3 xs'}>
                <bdi>{partWords(survey.kind, part)}</bdi>
              </span>
            )}
            <span className="n xs">
              {part.answered === null ? null : (
                <Count id={survey.id} behind={{ ...behind, state: 'answered' }}>
                  {t('{n} answered', { n: part.answered })}
                </Count>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  ) : null;

/** What a survey found, each number with the turns it was counted from. */
export const Results = ({ survey, found }: { survey: Survey; found: SurveyResults }) => (
  <>
    <Headline survey={survey} found={found} />
    <div className="surveygrid">
      {found.spreads.map((spread) => (
        <Spread
          key={spread.question}
          id={survey.id}
          spread={spread}
          faces={spread.question === 'support' || spread.question === 'product'}
        />
      ))}
    </div>
    <Parts
      title={t('By channel')}
      survey={survey}
      parts={found.byChannel.map((part) => ({
        name: channelName(part.channel),
        key: part.channel,
        part,
        behind: { channel: part.channel },
      }))}
    />
    {found.byWay.length > 1 ? (
      <Parts
        title={t('By mail and in the chat')}
        survey={survey}
        parts={found.byWay.map((part) => ({
          name: ways[part.way].label,
          key: part.way,
          part,
          behind: { way: part.way },
        }))}
      />
    ) : null}
    <Parts
      title={t('By team')}
      survey={survey}
      parts={found.byTeam.map((part) => ({
        name: part.team?.name ?? t('No team'),
        key: part.team?.id ?? 'none',
        part,
        behind: { teamId: part.team?.id ?? 'none' },
      }))}
    />
    {found.notAsked.length ? (
      <section className="card pad">
        <h2>{t('Who was not asked, and why')}</h2>
        <ul className="parts">
          {found.notAsked.map(({ why, count }) => (
            <li key={why}>
              <span className="grow">{whyWords[why]}</span>
              <span className="n">
                <Count id={survey.id} behind={{ why }}>
                  {number(count)}
                </Count>
              </span>
            </li>
          ))}
        </ul>
        <p className="ink3 xs">{t('Not asked is not silent: none of them counts in the response rate.')}</p>
      </section>
    ) : null}
    <p className="ink3 xs">
      {t('Since {day}. Practice does not count.', { day: calendarDay(found.from.slice(0, 10)) })}
    </p>
  </>
);
