import type { ReactNode } from 'react';

/** One card of the kit: what it shows, and it. */
export const Part = ({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) => (
  <section className={`part${wide ? ' wide' : ''}`}>
    <h2>{title}</h2>
    {children}
  </section>
);
/** A component with the name of the state it is in. */
export const State = ({ name, children }: { name: string; children: ReactNode }) => (
  <span className="state">
    {children}
    <span className="xxs ink3">{name}</span>
  </span>
);
