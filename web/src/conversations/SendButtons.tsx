import { CalendarClock, ChevronDown, CircleCheck, CornerUpLeft, Hourglass, Lock } from 'lucide-react';
import { t } from '../language/index.ts';
import { Item, Line, Menu } from '../ui/float.tsx';
import { Keys } from '../ui/kit.tsx';
import { type Later, LaterMenu } from './LaterMenu.tsx';

export type After = 'waiting' | 'open' | 'resolved';

/** A note is added, a reply is sent: two buttons that can't be taken for each other. */
export const SendButtons = ({
  note,
  busy,
  send,
  later,
  setLater,
}: {
  note: boolean;
  busy: boolean;
  send: (after: After, later?: Later) => void;
  later: boolean;
  setLater: (open: boolean) => void;
}) =>
  note ? (
    <button
      type="button"
      className={`btn note sm${busy ? ' busy' : ''}`}
      aria-busy={busy || undefined}
      onClick={() => send('open')}
    >
      <Lock className="i s14" />
      {t('Add note')}
      <Keys of="send" />
    </button>
  ) : (
    <>
      <button type="button" className="btn quiet sm wide-only" onClick={() => send('resolved')}>
        {t('Send and resolve')}
      </button>
      <LaterMenu
        open={later}
        onOpen={setLater}
        pick={(at) => send('waiting', at)}
        trigger={
          <button type="button" className="btn quiet icon sm" aria-label={t('Send later')} title={t('Send later')}>
            <CalendarClock className="i" />
          </button>
        }
      />
      <span className="split">
        <button
          type="button"
          className={`btn primary sm${busy ? ' busy' : ''}`}
          aria-busy={busy || undefined}
          onClick={() => send('waiting')}
        >
          {t('Send')}
          <Keys of="send" />
        </button>
        <Menu
          align="end"
          side="top"
          trigger={
            <button type="button" className="btn primary sm" aria-label={t('More ways to send')}>
              <ChevronDown className="i s14" />
            </button>
          }
        >
          <Item icon={CircleCheck} run={() => send('resolved')} keys="sendResolve">
            {t('Send and resolve')}
          </Item>
          <Item icon={Hourglass} run={() => send('waiting')} keys="send">
            {t('Send and wait for the customer')}
          </Item>
          <Item icon={CalendarClock} run={() => setLater(true)} keys="sendLater">
            {t('Send later')}
          </Item>
          <Line />
          <Item icon={CornerUpLeft} run={() => send('open')}>
            {t('Send and keep open')}
          </Item>
        </Menu>
      </span>
    </>
  );
