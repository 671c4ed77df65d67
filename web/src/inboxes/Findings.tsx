import type { Finding } from '@hearten/contract';
import { CircleAlert, CircleCheck } from 'lucide-react';

const halves = [
  ['imap', 'Receiving'],
  ['smtp', 'Sending'],
  ['test', 'The test'],
] as const;
/** It comes in between the form and its buttons, often below the edge of the screen. */
const intoView = (card: HTMLElement | null) => card?.scrollIntoView({ block: 'nearest' });

/** What a connection test found, step by step, in plain words. */
export const Findings = ({ findings, count }: { findings: Finding[]; count: number | null }) => (
  <div className="card pad stack tight" role="status" ref={intoView}>
    {halves
      .map(([half, title]) => ({ half, title, some: findings.filter((f) => f.step.split('.')[0] === half) }))
      .filter(({ some }) => some.length > 0)
      .map(({ half, title, some }) => (
        <section key={half}>
          <h3>{title}</h3>
          <ul className="findings">
            {some.map((f) => (
              <li key={f.step + f.text} className={f.ok ? 'ok' : 'bad'}>
                {f.ok ? (
                  <CircleCheck className="i" aria-label="In order" />
                ) : (
                  <CircleAlert className="i" aria-label="Wrong" />
                )}
                <span className="wrap">{f.text}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    {count === null || count === 0 ? null : (
      <p className="ink2">
        {count.toLocaleString()} {count === 1 ? 'mail' : 'mails'} would be read.
      </p>
    )}
  </div>
);
