import type { ProblemRow, Speed } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { channelName } from '../conversations/channels.ts';
import { t } from '../language/index.ts';
import { latelyQuery, states } from '../problems/data.ts';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { readWeeks, WEEKS, WINDOWS } from './behind.ts';
import { long, restoredQuery, speedQuery } from './data.ts';
import { RestoredHead } from './Head.tsx';
import { RestoredParts } from './Parts.tsx';
import { Removed } from './Removed.tsx';
import './home.css';

/** Its number leads to as many conversations. */
const ProblemLine = ({ one, weeks }: { one: ProblemRow; weeks: number }) => (
  <li>
    <Link to="/problems/$id" params={{ id: one.id }} search={{ weeks }} className="link grow">
      <bdi dir="auto">{one.name}</bdi>
    </Link>
    <span className={`chip ${states[one.state].tone}`}>{states[one.state].label}</span>
    <span className="n xs ink2">
      <span className="line">{t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })}</span>
      <span className="line">
        {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
      </span>
    </span>
  </li>
);

/** What was in the way of most customers in these weeks, and is not fixed. */
const InTheWay = ({ weeks }: { weeks: number }) => {
  const { data, error, refetch } = useQuery(latelyQuery(weeks));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const open = data.items
    .filter(({ state, customers }) => customers > 0 && (state === 'found' || state === 'known' || state === 'fixing'))
    .sort((a, b) => b.customers - a.customers)
    .slice(0, 5);
  return (
    <section className="card pad">
      <div className="row">
        <h2 className="grow">{t('What is in their way')}</h2>
        <Link to="/problems" className="link xs">
          {t('All problems')}
        </Link>
      </div>
      {open.length ? (
        <ul className="parts">
          {open.map((one) => (
            <ProblemLine key={one.id} one={one} weeks={weeks} />
          ))}
        </ul>
      ) : (
        <p className="ink2">
          {t('No open problem has customers. File what is resolved under what they could not do.')}
        </p>
      )}
    </section>
  );
};

const Wait = ({ name, wait }: { name: string; wait: Speed['whole'] }) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{wait.median === null ? <span className="ink3">{t('Too few yet')}</span> : long(wait.median)}</td>
    <td>{wait.ninetieth === null ? <span className="ink3">{t('Not known yet')}</span> : long(wait.ninetieth)}</td>
    <td>{number(wait.answered)}</td>
    <td>{number(wait.waiting)}</td>
  </tr>
);

/** How long they waited, by channel; nobody's speed is compared with anybody's. */
const Waits = ({ speed }: { speed: Speed }) =>
  speed.whole.answered + speed.whole.waiting === 0 ? null : (
    <section className="card pad">
      <h2>{t('How long they waited for the first answer')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it is wider than the screen, and by keys it is scrolled as well */}
      <section className="scrolls" tabIndex={0} aria-label={t('How long they waited for the first answer')}>
        <table className="weektable">
          <thead>
            <tr>
              <th scope="col">{t('Channel')}</th>
              <th scope="col">{t('Half within')}</th>
              <th scope="col">{t('Nine in ten within')}</th>
              <th scope="col">{t('Answered')}</th>
              <th scope="col">{t('Still waiting')}</th>
            </tr>
          </thead>
          <tbody>
            <Wait name={t('All')} wait={speed.whole} />
            {speed.byChannel.length > 1
              ? speed.byChannel.map((one) => <Wait key={one.channel} name={channelName(one.channel)} wait={one} />)
              : null}
          </tbody>
        </table>
      </section>
      <p className="ink3 xs">
        {t(
          'From the first message to the first answer by a person, day and night. Who still waits counts as longer than any who was answered.',
        )}
      </p>
    </section>
  );

/** Over how many weeks everything on this page is counted. */
const Window = ({ weeks }: { weeks: number }) => {
  const navigate = useNavigate();
  return (
    <select
      className="input window"
      aria-label={t('Weeks that count')}
      value={weeks}
      onChange={(e) => {
        const chosen = readWeeks(e.target.value);
        void navigate({ to: '/home', search: chosen ? { weeks: chosen } : {}, replace: true });
      }}
    >
      {WINDOWS.map((n) => (
        <option key={n} value={n}>
          {t('{n, plural, one {Last week} other {Last # weeks}}', { n })}
        </option>
      ))}
    </select>
  );
};

/** How customers leave, what was removed, what is still in their way, and then how long they wait. */
export const Home = () => {
  useTitle(t('Home'));
  const weeks = useSearch({ from: '/app/home' }).weeks ?? WEEKS;
  const restored = useQuery(restoredQuery(weeks));
  const speed = useQuery(speedQuery(weeks));
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <div className="row wraps">
            <div className="grow">
              <h1>{t('Home')}</h1>
              <p className="lead">{t('How customers left, what was removed, and what was in their way.')}</p>
            </div>
            <Window weeks={weeks} />
          </div>
          {restored.isPending ? <SkeletonRows count={4} /> : null}
          {restored.isError ? <Failed error={restored.error} retry={() => void restored.refetch()} /> : null}
          {restored.data ? <RestoredHead restored={restored.data} /> : null}
          <Removed weeks={weeks} />
          <InTheWay weeks={weeks} />
          {restored.data && restored.data.whole.asked > 0 ? <RestoredParts restored={restored.data} /> : null}
          {speed.isError ? <Failed error={speed.error} retry={() => void speed.refetch()} /> : null}
          {speed.data ? <Waits speed={speed.data} /> : null}
        </div>
      </main>
    </div>
  );
};
