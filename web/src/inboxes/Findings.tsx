import type { Finding } from '@hearten/contract';
import { CircleAlert, CircleCheck } from 'lucide-react';

/** What a connection test found, step by step, in plain words. */
export const Findings = ({ findings, count }: { findings: Finding[]; count: number | null }) => (
  <div className="card pad stack tight" role="status">
    <ul className="findings">
      {findings.map((f) => (
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
    {count === null ? null : (
      <p className="ink2">
        {count === 0
          ? 'The folder is empty.'
          : `${count.toLocaleString()} ${count === 1 ? 'mail' : 'mails'} would be read.`}
      </p>
    )}
  </div>
);
