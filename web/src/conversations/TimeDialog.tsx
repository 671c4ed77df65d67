import { type ReactNode, useState } from 'react';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field } from '../ui/form.tsx';
import { atWall } from '../ui/time.ts';

/** Any day and time, as the clocks of the person's own time zone show it. */
export const TimeDialog = ({
  open,
  title,
  yes,
  onClose,
  pick,
  days,
  children,
}: {
  open: boolean;
  title: string;
  yes: string;
  onClose: () => void;
  pick: (at: string) => void;
  /** So many days ahead at most. */
  days: number;
  children?: ReactNode;
}) => {
  const { timeZone } = useMe().person;
  const [value, setValue] = useState('');
  const chosen = atWall(value, timeZone);
  const past = chosen !== null && chosen.getTime() < Date.now();
  const far = chosen !== null && chosen.getTime() > Date.now() + days * 86_400_000;
  const years = Math.floor(days / 365);
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Field
        label={`Day and time (${timeZone.replaceAll('_', ' ')})`}
        error={
          past
            ? 'This has already passed.'
            : far
              ? `That is more than ${years === 1 ? 'a year' : `${years} years`} ahead. Choose an earlier moment.`
              : undefined
        }
      >
        <input className="input" type="datetime-local" value={value} onChange={(e) => setValue(e.target.value)} />
      </Field>
      {children}
      <div className="feet">
        <button type="button" className="btn quiet" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={!chosen || past || far}
          onClick={() => {
            onClose();
            if (chosen) pick(chosen.toISOString());
          }}
        >
          {yes}
        </button>
      </div>
    </Dialog>
  );
};
