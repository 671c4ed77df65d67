import type { ReactNode } from 'react';
import { Failed, SkeletonRows } from './kit.tsx';

type Waits = { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };

/** A page that waits for one thing: what it is about, then lines that stand in for it, what went wrong, or what came. */
export const Page = ({
  head,
  of,
  rows = 4,
  children,
  over,
}: {
  head: ReactNode;
  of: Waits;
  /** How many lines stand in for it. */
  rows?: number;
  children: ReactNode;
  /** What floats over the page. */
  over?: ReactNode;
}) => (
  <div className="sheet">
    <main className="page" id="main">
      <div className="in">
        {head}
        {of.isPending ? <SkeletonRows count={rows} /> : null}
        {of.isError ? <Failed error={of.error} retry={() => void of.refetch()} /> : null}
        {children}
      </div>
    </main>
    {over}
  </div>
);
