import type { DnsLine } from '@hearten/contract';
import { useState } from 'react';
import { CopyLine } from '../ui/form.tsx';

/** A line to copy into DNS: its name, its kind and its value, long ones also in the pieces that zone files want. */
export const Line = ({ line }: { line: DnsLine }) => {
  const [split, setSplit] = useState(false);
  return (
    <dl className="dnsline">
      <dt>Type</dt>
      <dd>{line.type}</dd>
      <dt>Name</dt>
      <dd>
        <CopyLine value={line.name} label={`Name of the ${line.type} record ${line.name}`} />
      </dd>
      <dt>Value</dt>
      <dd className="stack tight">
        <CopyLine
          value={split && line.pieces ? line.pieces : line.value}
          label={`Value of the ${line.type} record ${line.name}`}
        />
        {line.pieces ? (
          <button
            type="button"
            className="btn quiet sm"
            style={{ justifySelf: 'start' }}
            aria-pressed={split}
            onClick={() => setSplit(!split)}
          >
            {split ? 'As one text' : 'In pieces, for a zone file'}
          </button>
        ) : null}
      </dd>
    </dl>
  );
};
