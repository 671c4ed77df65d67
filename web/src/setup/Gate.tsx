import type { ReactNode } from 'react';
import { Mark } from '../ui/kit.tsx';

/** The page before one is inside: a mark, a question, an answer. */
export const Gate = ({
  title,
  lead,
  children,
  wide = false,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  wide?: boolean;
}) => (
  <div className="gate">
    <header>
      <Mark />
      Hearten
    </header>
    <main id="main">
      <div className={`box${wide ? ' wide' : ''}`}>
        <div>
          <h1>{title}</h1>
          {lead ? <p className="lead">{lead}</p> : null}
        </div>
        {children}
      </div>
    </main>
    <footer>Every customer gets an answer.</footer>
  </div>
);
