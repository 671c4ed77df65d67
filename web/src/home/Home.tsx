import type { ProblemRow, Speed } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '../language/index.ts';
import { problemsQuery, states } from '../problems/data.ts';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { calendarDay, number } from '../ui/time.ts';
import { channelName, long, restoredQuery, speedQuery, WEEKS } from './data.ts';
import { RestoredHead } from './Head.tsx';
import { RestoredParts } from './Parts.tsx';
import './home.css';

const isOver = ({ state }: ProblemRow): boolean => state === 'fixed' || state === 'verified' || state === 'wont';

const ProblemLine = ({ one }: { one: ProblemRow }) => (
  <li>
    <Link to="/problems/$id" params={{ id: one.id }} className="link grow">
      <bdi dir="auto">{one.name}</bdi>
    </Link>
    <span className={`chip ${states[one.state].tone}`}>{states[one.state].label}</span>
    <span className="n xs ink2">
      {one.shippedOn && isOver(one)
        ? calendarDay(one.shippedOn)
        : t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })}
    </span>
  </li>
);

/** What is in the way of most customers, and what was done about it. */
const InTheWay = () => {
  const { data } = useQuery(problemsQuery);
  const open = [...(data?.items ?? [])]
    .filter((one) => !isOver(one) && one.customers > 0)
    .sort((a, b) => b.customers - a.customers)
    .slice(0, 5);
  const fixed = [...(data?.items ?? [])]
    .filter((one) => one.state === 'fixed' || one.state === 'verified')
    .sort((a, b) => (b.shippedOn ?? '').localeCompare(a.shippedOn ?? ''))
    .slice(0, 3);
  if (!data) return null;
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
            <ProblemLine key={one.id} one={one} />
          ))}
        </ul>
      ) : (
        <p className="ink2">
          {t('No open problem has customers. File what is resolved under what they could not do.')}
        </p>
      )}
      {fixed.length ? (
        <>
          <h3>{t('Fixed')}</h3>
          <ul className="parts">
            {fixed.map((one) => (
              <ProblemLine key={one.id} one={one} />
            ))}
          </ul>
        </>
      ) : null}
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
      <div className="scrolls">
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
      </div>
      <p className="ink3 xs">
        {t(
          'From the first message to the first answer by a person, day and night. Who still waits counts as longer than any who was answered.',
        )}
      </p>
    </section>
  );

/** How customers leave, what is in their way, and then how long they wait. */
export const Home = () => {
  useTitle(t('Home'));
  const restored = useQuery(restoredQuery);
  const { data: speed } = useQuery(speedQuery);
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <div>
            <h1>{t('Home')}</h1>
            <p className="lead">
              {t('How customers left in the last {n} weeks, and what was in their way.', { n: WEEKS })}
            </p>
          </div>
          {restored.isPending ? <SkeletonRows count={4} /> : null}
          {restored.isError ? <Failed error={restored.error} retry={() => void restored.refetch()} /> : null}
          {restored.data ? <RestoredHead restored={restored.data} /> : null}
          <InTheWay />
          {restored.data && restored.data.whole.asked > 0 ? <RestoredParts restored={restored.data} /> : null}
          {speed ? <Waits speed={speed} /> : null}
        </div>
      </main>
    </div>
  );
};
