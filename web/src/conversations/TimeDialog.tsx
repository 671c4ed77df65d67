import { type ReactNode, useState } from 'react';
import { t } from '../language/index.ts';
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
        label={t('Day and time ({timeZone})', { timeZone: timeZone.replaceAll('_', ' ') })}
        error={
          past
            ? t('This has already passed.')
            : far
              ? t(
                  '{years, plural, one {That is more than a year ahead. Choose an earlier moment.} other {That is more than # years ahead. Choose an earlier moment.}}',
                  { years },
                )
              : undefined
        }
      >
        <input className="input" type="datetime-local" value={value} onChange={(e) => setValue(e.target.value)} />
      </Field>
      {children}
      <div className="feet">
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('Cancel')}
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
