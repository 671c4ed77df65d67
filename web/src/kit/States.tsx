import { Check } from 'lucide-react';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Avatar, Empty, Failed, SkeletonRows } from '../ui/kit.tsx';
import { Part } from './Part.tsx';

const name = 'Claire Dubois';
const problem = (status: number, detail: string) => new Problem(status, { detail });

/** Nothing there, not yet, not allowed, went wrong; and how tight a line stands. */
export const States = () => (
  <>
    <Part title={t('Empty')}>
      <Empty
        sun
        title={t('Everyone has an answer')}
        action={
          <button type="button" className="btn">
            {t('Show all')}
          </button>
        }
      >
        {t('Nothing typed twice.')}
      </Empty>
    </Part>
    <Part title={t('Loading')}>
      <SkeletonRows count={3} />
    </Part>
    <Part title={t('Went wrong')}>
      <Failed error={problem(403, t('Your role does not allow this.'))} />
      <Failed error={problem(404, t('This conversation is not here.'))} />
      <Failed error={problem(503, t('The database is not answering.'))} retry={() => undefined} />
    </Part>
    <Part title={t('Table')}>
      <table className="table">
        <thead>
          <tr>
            <th>{t('Name')}</th>
            <th className="r">{t('Used')}</th>
          </tr>
        </thead>
        <tbody>
          {(
            [
              [t('Ask for the order number'), 131],
              [t('We are looking into it'), 48],
            ] as const
          ).map(([name, n]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="r">{n}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
    <Part title={t('Density')}>
      {(
        [
          ['compact', t('Compact')],
          ['default', t('Default')],
          ['relaxed', t('Relaxed')],
        ] as const
      ).map(([density, words]) => (
        <div data-density={density} key={density}>
          <div className="row tight-row">
            <Avatar name={name} id="c0" />
            <span className="grow">
              <bdi className="medium">{name}</bdi> <span className="ink2">{words}</span>
            </span>
            <button type="button" className="btn icon" aria-label={t('Resolve')} title={t('Resolve')}>
              <Check className="i" />
            </button>
          </div>
        </div>
      ))}
    </Part>
  </>
);
