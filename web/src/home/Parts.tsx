import type { Restored, ToldPart } from '@hearten/contract';
import { channelName } from '../conversations/channels.ts';
import { t } from '../language/index.ts';
import { kinds } from '../problems/data.ts';
import type { Behind } from './behind.ts';
import { between, shareWords } from './data.ts';
import { Count } from './Head.tsx';

type Named = { name: string; key: string; part: ToldPart; behind: Behind };

const Part = ({ name, part, behind }: Named) => (
  <li>
    <span className="grow">
      <bdi>{name}</bdi>
    </span>
    <span className="sharebar" aria-hidden="true">
      {part.restored ? (
        <>
          <i
            className="range"
            style={{
              insetInlineStart: `${part.restored.low * 100}%`,
              inlineSize: `${(part.restored.high - part.restored.low) * 100}%`,
            }}
          />
          <i className="at" style={{ insetInlineStart: `${part.restored.share * 100}%` }} />
        </>
      ) : null}
    </span>
    <span
      className={part.restored ? 'share strong' : 'share ink3 xs'}
      title={part.restored ? between(part.restored) : undefined}
    >
      {shareWords(part)}
    </span>
    <span className="n xs">
      {part.answered === null ? null : (
        <Count behind={{ ...behind, state: 'answered' }}>{t('{n} answered', { n: part.answered })}</Count>
      )}
    </span>
  </li>
);

const Card = ({ title, parts }: { title: string; parts: Named[] }) =>
  parts.length ? (
    <section className="card pad">
      <h2>{title}</h2>
      <ul className="parts">
        {parts.map((one) => (
          <Part {...one} key={one.key} />
        ))}
      </ul>
    </section>
  ) : null;

/** The same share by channel, team and problem, the largest first: never by how good it is. */
export const RestoredParts = ({ restored }: { restored: Restored }) => (
  <>
    <Card
      title={t('By channel')}
      parts={restored.byChannel.map((part) => ({
        name: channelName(part.channel),
        key: part.channel,
        part,
        behind: { channel: part.channel },
      }))}
    />
    <Card
      title={t('By team')}
      parts={restored.byTeam.map((part) => ({
        name: part.team?.name ?? t('No team'),
        key: part.team?.id ?? 'none',
        part,
        behind: { teamId: part.team?.id ?? 'none' },
      }))}
    />
    <Card
      title={t('By problem')}
      parts={restored.byProblem.slice(0, 12).map((part) => ({
        name:
          part.problem?.name ??
          (part.kind === 'unfiled' || part.kind === 'problem' ? t('Not filed') : kinds[part.kind]),
        key: part.problem?.id ?? part.kind,
        part,
        behind: { kind: part.kind, ...(part.problem ? { problemId: part.problem.id } : {}) },
      }))}
    />
  </>
);
