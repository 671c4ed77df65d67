import type { Finding } from '@hearten/contract';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';

const halves = [
  ['imap', t('Receiving')],
  ['smtp', t('Sending')],
  ['test', t('The test')],
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
                  <CircleCheck className="i" aria-label={t('In order')} />
                ) : (
                  <CircleAlert className="i" aria-label={t('Wrong')} />
                )}
                <span className="wrap">{reasonWords(f)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    {count === null || count === 0 ? null : (
      <p className="ink2">
        {t('{count, plural, one {# mail would be read.} other {# mails would be read.}}', { count })}
      </p>
    )}
  </div>
);
