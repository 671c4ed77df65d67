import { CalendarClock, Clock, Moon } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Item, Line, Menu } from '../ui/float.tsx';
import { due, snoozeTimes } from '../ui/time.ts';
import { useHint } from '../ui/useKeys.ts';
import { TimeDialog } from './TimeDialog.tsx';

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
  const hint = useHint(t('Snooze'), 'snooze');
  return (
    <>
      <Menu
        open={open}
        onOpen={onOpen}
        align="end"
        trigger={
          <button type="button" className="btn quiet sm icon" aria-label={t('Snooze')} title={hint}>
            <Moon className="i" />
          </button>
        }
      >
        {(open ? snoozeTimes(new Date(), timeZone) : []).map((one) => (
          <Item key={one.label} icon={Clock} when={due(one.at)} run={() => pick(one.at.toISOString())}>
            {one.label}
          </Item>
        ))}
        <Line />
        <Item icon={CalendarClock} run={() => setOther(true)}>
          {t('Another time')}
        </Item>
      </Menu>
      <TimeDialog
        open={other}
        onClose={() => setOther(false)}
        title={t('Snooze until')}
        yes={t('Snooze')}
        days={3660}
        pick={pick}
      />
    </>
  );
};
