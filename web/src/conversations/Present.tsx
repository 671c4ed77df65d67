import type { Doing } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { PencilLine } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Avatar } from '../ui/kit.tsx';
import { peopleQuery } from './data.ts';
import { useColleagues } from './presence.ts';

const said = (doing: Doing, name: string): string =>
  doing === 'replying'
    ? t('{name} is replying', { name })
    : doing === 'noting'
      ? t('{name} is writing a note', { name })
      : t('{name} is viewing', { name });
const writesFirst = (a: { doing: Doing }, b: { doing: Doing }) =>
  Number(b.doing === 'replying') - Number(a.doing === 'replying') ||
  Number(b.doing === 'noting') - Number(a.doing === 'noting');

const useNamed = (id: string) => {
  const may = useMay();
  const here = useColleagues(id);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') && here.length > 0 });
  return here
    .map((one) => ({ ...one, name: people?.find((p) => p.id === one.personId)?.name ?? t('A colleague') }))
    .sort(writesFirst);
};

/** Faces of colleagues in a row of the list. */
export const Faces = ({ id }: { id: string }) => {
  const here = useNamed(id);
  return here.slice(0, 3).map(({ personId, name, doing }) => (
    <span key={personId} className={`face ${doing}`}>
      <Avatar name={name} id={personId} team size={16} label={said(doing, name)} />
    </span>
  ));
};

/** Above an open conversation: who else is here, whoever writes first. */
export const Here = ({ id }: { id: string }) => {
  const here = useNamed(id);
  const first = here[0];
  if (!first) return null;
  return (
    <span className={`here ${first.doing}`}>
      {here.slice(0, 3).map(({ personId, name }) => (
        <Avatar key={personId} name={name} id={personId} team size={20} />
      ))}
      <span className="cut wide-only">
        {here.length === 1
          ? said(first.doing, first.name)
          : first.doing === 'viewing'
            ? t('{n, plural, one {# colleague is viewing} other {# colleagues are viewing}}', { n: here.length })
            : said(first.doing, first.name)}
      </span>
    </span>
  );
};

/** At the composer's edge: two answers to one customer are worse than none. Read out when it begins. */
export const Collision = ({ id }: { id: string }) => {
  const writers = useNamed(id).filter(({ doing }) => doing !== 'viewing');
  const first = writers[0];
  return (
    <div className="collision" role="status">
      {first ? (
        <>
          <PencilLine className="i s14" />
          <span>
            {said(first.doing, first.name)}
            {first.doing === 'replying' ? ` · ${t('Wait a moment, or leave a note instead.')}` : ''}
          </span>
        </>
      ) : null}
    </div>
  );
};
