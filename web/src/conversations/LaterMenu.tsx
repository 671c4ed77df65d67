import { CalendarClock, Clock } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Caption, Item, Line, Menu } from '../ui/float.tsx';
import { due, laterTimes } from '../ui/time.ts';
import { TimeDialog } from './TimeDialog.tsx';

export type Later = { sendAt: string; insist: boolean };

/** When an answer leaves: the usual times of the person's own time zone, or any other. */
export const LaterMenu = ({
  trigger,
  open,
  onOpen,
  pick,
  insist: was = false,
}: {
  trigger: ReactElement;
  open: boolean;
  onOpen: (open: boolean) => void;
  pick: (later: Later) => void;
  insist?: boolean;
}) => {
  const { timeZone } = useMe().person;
  const [other, setOther] = useState(false);
  const [insist, setInsist] = useState(was);
  return (
    <>
      <Menu open={open} onOpen={onOpen} align="end" side="top" trigger={trigger}>
        <Caption>{t('Leaves then, and waits for you if the customer writes before')}</Caption>
        {(open ? laterTimes(new Date(), timeZone) : []).map((one) => (
          <Item
            key={one.label}
            icon={Clock}
            when={due(one.at)}
            run={() => pick({ sendAt: one.at.toISOString(), insist: was })}
          >
            {one.label}
          </Item>
        ))}
        <Line />
        <Item icon={CalendarClock} run={() => setOther(true)}>
          {t('Another time')}
        </Item>
      </Menu>
      <TimeDialog
        days={366}
        open={other}
        onClose={() => setOther(false)}
        title={t('Send later')}
        yes={t('Schedule')}
        pick={(sendAt) => pick({ sendAt, insist })}
      >
        <label className="check">
          <input type="checkbox" checked={insist} onChange={(e) => setInsist(e.target.checked)} />{' '}
          {t('Send it even if the customer writes before')}
        </label>
      </TimeDialog>
    </>
  );
};
