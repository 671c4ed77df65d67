import type { Cluster } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../language/index.ts';
import './topics.css';

/** How many wrote, in words. */
export const counted = (one: Cluster): string =>
  `${t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })} · ${t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}`;

/** Something found: its name, what is said of it, and the subjects that are most like the rest. */
export const Line = ({ one, children }: { one: Cluster; children: ReactNode }) => (
  <div className="grow foundline">
    <Link className="link strong" to="/problems/found/$id" params={{ id: one.id }}>
      <bdi dir="auto">{one.name || t('No name yet')}</bdi>
    </Link>
    {children}
    <ul className="foundsamples">
      {one.samples.map((sample) => (
        <li key={sample.id} className="sm ink2 cut">
          <bdi dir="auto">{sample.subject || t('No subject')}</bdi>
        </li>
      ))}
    </ul>
  </div>
);
