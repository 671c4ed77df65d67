import { CircleAlert, RotateCw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ActionId } from '../keys/catalogue.ts';
import { shown } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Problem, said } from '../problem.ts';
import { hue, initials } from './names.ts';
import { setTitle } from './title.ts';
import { useKeyOf } from './useKeys.ts';

/** Hearten's mark: a sun in open hands. */
export const Mark = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="6.6" r="4.1" fill="var(--mood-5)" />
    <path
      d="M3.4 11.2a8.6 8.6 0 0 0 17.2 0"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="3.4"
      strokeLinecap="round"
    />
  </svg>
);

/** Customers are round, the team is squared. Decorative: the name stands beside it or in a label. */
export const Avatar = ({
  name,
  id,
  team = false,
  size = 24,
  label,
}: {
  name: string;
  id: string;
  team?: boolean;
  size?: 16 | 18 | 20 | 24 | 36 | 48;
  label?: string;
}) => (
  <>
    <span
      className={`av h${hue(id)} s${size}${team ? ' team' : ''}`}
      data-initials={initials(name)}
      aria-hidden="true"
      title={label}
    />
    {label ? <bdi className="sr">{label}</bdi> : null}
  </>
);

/** Strokes as they are pressed: `g i`, `Mod+Enter`. */
export const Strokes = ({ of, wide = false }: { of: string; wide?: boolean }) => (
  <span className={`kbds${wide ? ' wide-only' : ''}`} aria-hidden="true">
    {shown(of).map((k, n) => (
      // By place: a key may be pressed twice in a row
      <kbd className="kbd" key={n}>
        {k}
      </kbd>
    ))}
  </span>
);
/** The key of an action as this person has it; nothing when there is none. */
export const Keys = ({ of }: { of: ActionId }) => {
  const keys = useKeyOf(of);
  return keys ? <Strokes of={keys} wide /> : null;
};

/** Nothing for 300 ms, then what is given: a wait too short to notice is not announced. */
export const Soon = ({ children }: { children: ReactNode }) => {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return late ? children : null;
};

const widths = ['58%', '82%', '44%', '70%', '52%', '76%'];
export const SkeletonRows = ({ count = 6 }: { count?: number }) => (
  <Soon>
    <div role="status" aria-label={t('Loading')}>
      {Array.from({ length: count }, (_, n) => (
        <div className="skelrow" key={n}>
          <span className="skel" style={{ inlineSize: 24, blockSize: 24, borderRadius: '50%' }} />
          <span className="stack tight">
            <span className="skel" style={{ inlineSize: widths[n % widths.length] }} />
            <span className="skel" style={{ inlineSize: widths[(n + 1) % widths.length] }} />
          </span>
        </div>
      ))}
    </div>
  </Soon>
);

export const Empty = ({
  title,
  children,
  action,
  sun = false,
  level: Heading = 'h2',
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  sun?: boolean;
  level?: 'h1' | 'h2';
}) => (
  <div className="empty">
    {sun ? (
      <svg width="56" height="40" viewBox="0 0 56 40" aria-hidden="true">
        <g stroke="var(--mood-5)" strokeWidth="2" strokeLinecap="round">
          <path d="M28 4v6M11 11l4 4M45 11l-4 4" />
        </g>
        <path d="M15 34a13 13 0 0 1 26 0z" fill="var(--mood-5)" />
        <path d="M4 34.5h48" stroke="var(--ink-3)" strokeWidth="2" strokeLinecap="round" />
      </svg>
    ) : null}
    <Heading>{title}</Heading>
    {children ? <p>{children}</p> : null}
    {action}
  </div>
);

/** What went wrong and the way out of it. */
export const Failed = ({
  error,
  retry,
  level: Heading = 'h2',
  children,
}: {
  error: unknown;
  retry?: () => void;
  level?: 'h1' | 'h2';
  /** Another way out, where trying again is none. */
  children?: ReactNode;
}) => {
  const problem = error instanceof Problem ? error : null;
  return (
    <div className="empty" role="alert">
      <CircleAlert className="i s24" />
      <Heading>
        {problem?.status === 403
          ? t('Not yours to see')
          : problem?.status === 404
            ? t('Not here')
            : (problem?.title ?? t('That did not work'))}
      </Heading>
      <p>{said(error)}</p>
      {retry && problem?.status !== 403 && problem?.status !== 404 ? (
        <button type="button" className="btn" onClick={retry}>
          <RotateCw className="i s14" /> {t('Try again')}
        </button>
      ) : null}
      {children}
    </div>
  );
};

export const Said = ({ error }: { error: unknown }) =>
  error ? (
    <div className="said" role="alert">
      <CircleAlert className="i" />
      <span>{said(error)}</span>
    </div>
  ) : null;

/** The address bar of a screen, for tabs and screen readers. */
export const useTitle = (title: string) => {
  useEffect(() => {
    setTitle(title);
  }, [title]);
};
