import type { DnsLine } from '@hearten/contract';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { CopyLine } from '../ui/form.tsx';

/** A line to copy into DNS: its name, its kind and its value, long ones also in the pieces that zone files want. */
export const Line = ({ line }: { line: DnsLine }) => {
  const [split, setSplit] = useState(false);
  return (
    <dl className="dnsline">
      <dt>{t('Type')}</dt>
      <dd>{line.type}</dd>
      <dt>{t('Name')}</dt>
      <dd>
        <CopyLine
          value={line.name}
          label={t('Name of the {type} record {name}', { type: line.type, name: line.name })}
        />
      </dd>
      <dt>{t('Value')}</dt>
      <dd className="stack tight">
        <CopyLine
          value={split && line.pieces ? line.pieces : line.value}
          label={t('Value of the {type} record {name}', { type: line.type, name: line.name })}
        />
        {line.pieces ? (
          <button
            type="button"
            className="btn quiet sm"
            style={{ justifySelf: 'start' }}
            aria-pressed={split}
            onClick={() => setSplit(!split)}
          >
            {split ? t('As one text') : t('In pieces, for a zone file')}
          </button>
        ) : null}
      </dd>
    </dl>
  );
};
