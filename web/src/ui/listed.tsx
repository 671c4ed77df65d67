import type { UseQueryResult } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowLeft, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Confirm } from './float.tsx';
import { Empty, Failed, SkeletonRows } from './kit.tsx';

/** What waits and what failed is the same everywhere; what came is drawn. */
function Come<T>({
  query,
  count,
  children,
}: {
  query: UseQueryResult<T>;
  count: number;
  children: (data: T) => ReactNode;
}) {
  return (
    <>
      {query.isPending ? <SkeletonRows count={count} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data === undefined ? null : children(query.data)}
    </>
  );
}

/** All there are of something set up by the team: a row each that leads to its page, or how to begin where there is none. */
export function Listed<T>({
  query,
  count = 2,
  none,
  add,
  empty,
  children,
}: {
  query: UseQueryResult<{ items: T[] }>;
  count?: number;
  none: string;
  add: ReactNode;
  empty: ReactNode;
  children: (one: T) => ReactNode;
}) {
  return (
    <Come query={query} count={count}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={none} sun action={add ?? undefined}>
            {empty}
          </Empty>
        ) : (
          <div className="card rowsof">{items.map(children)}</div>
        )
      }
    </Come>
  );
}

/** The page of one of them, below the way back to all. */
export function OneOf<T extends { id: string }>({
  to,
  all,
  query,
  count = 5,
  children,
}: {
  to: LinkProps['to'];
  all: string;
  query: UseQueryResult<T>;
  count?: number;
  children: (one: T) => ReactNode;
}) {
  return (
    <>
      <Link to={to} className="btn quiet sm" style={{ justifySelf: 'start' }}>
        <ArrowLeft className="i s14 flip" /> {all}
      </Link>
      <Come query={query} count={count}>
        {children}
      </Come>
    </>
  );
}

/** Goes for good, once somebody said so. */
export function DeleteIt({
  label,
  quiet = true,
  title,
  yes,
  onYes,
  children,
}: {
  label: string;
  quiet?: boolean;
  title: string;
  yes: string;
  onYes: () => void;
  children: ReactNode;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <button type="button" className={`btn ${quiet ? 'quiet ' : ''}danger`} onClick={() => setAsking(true)}>
        <Trash2 className={quiet ? 'i' : 'i s14'} /> {label}
      </button>
      <Confirm open={asking} onClose={() => setAsking(false)} title={title} yes={yes} onYes={onYes}>
        {children}
      </Confirm>
    </div>
  );
}
