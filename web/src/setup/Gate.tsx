import type { ReactNode } from 'react';
import { t } from '../language/index.ts';
import { Mark } from '../ui/kit.tsx';

/** The page before one is inside: a mark, a question, an answer. */
export const Gate = ({
  title,
  lead,
  children,
  wide = false,
  over = false,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  wide?: boolean;
  /** Opened over a page, which has a main part already. */
  over?: boolean;
}) => {
  const Main = over ? 'div' : 'main';
  return (
    <div className="gate">
      <header>
        <Mark />
        {t('Hearten')}
      </header>
      <Main {...(over ? { className: 'main' } : { id: 'main' })}>
        <div className={`box${wide ? ' wide' : ''}`}>
          <div>
            <h1>{title}</h1>
            {lead ? <p className="lead">{lead}</p> : null}
          </div>
          {children}
        </div>
      </Main>
      <footer>{t('Every customer gets an answer.')}</footer>
    </div>
  );
};
