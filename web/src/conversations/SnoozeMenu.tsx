import { CalendarClock, Clock, Moon } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../me.ts';
import { Dialog, Item, Line, Menu } from '../ui/float.tsx';
import { Field } from '../ui/form.tsx';
import { due, snoozeTimes, wall } from '../ui/time.ts';

/** When it should come back: the usual times in the person's own time zone, or any other. */
export const SnoozeMenu = ({
  open,
  onOpen,
  pick,
}: {
  open: boolean;
  onOpen: (open: boolean) => void;
  pick: (until: string) => void;
}) => {
  const { timeZone } = useMe().person;
  const [other, setOther] = useState(false);
  const [value, setValue] = useState('');
  const chosen = (() => {
    const m = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(value);
    if (!m) return null;
    const [y, mo, d, h, min] = m.slice(1).map(Number) as [number, number, number, number, number];
    return new Date(wall(y, mo, d, h, timeZone).getTime() + min * 60_000);
  })();
  const past = chosen !== null && chosen.getTime() < Date.now();
  return (
    <>
      <Menu
        open={open}
        onOpen={onOpen}
        align="end"
        trigger={
          <button type="button" className="btn quiet sm icon" aria-label="Snooze" title="Snooze (S)">
            <Moon className="i" />
          </button>
        }
      >
        {(open ? snoozeTimes(new Date(), timeZone) : []).map((t) => (
          <Item key={t.label} icon={Clock} when={due(t.at)} run={() => pick(t.at.toISOString())}>
            {t.label}
          </Item>
        ))}
        <Line />
        <Item icon={CalendarClock} run={() => setOther(true)}>
          Another time
        </Item>
      </Menu>
      <Dialog open={other} onClose={() => setOther(false)} title="Snooze until">
        <Field
          label={`Day and time (${timeZone.replaceAll('_', ' ')})`}
          error={past ? 'This has already passed.' : undefined}
        >
          <input className="input" type="datetime-local" value={value} onChange={(e) => setValue(e.target.value)} />
        </Field>
        <div className="feet">
          <button type="button" className="btn quiet" onClick={() => setOther(false)}>
            Cancel
          </button>
          <button
            type="button"
            className="btn primary"
            disabled={!chosen || past}
            onClick={() => {
              setOther(false);
              if (chosen) pick(chosen.toISOString());
            }}
          >
            Snooze
          </button>
        </div>
      </Dialog>
    </>
  );
};
