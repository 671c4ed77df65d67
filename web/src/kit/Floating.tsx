import { Check, ChevronDown, Hourglass, Moon, Search, Send, Trash2, WifiOff, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Caption, Confirm, Dialog, Item, Line, Menu } from '../ui/float.tsx';
import { Strokes } from '../ui/kit.tsx';
import { Pick } from '../ui/Pick.tsx';
import { tell } from '../ui/toast.tsx';
import { Part } from './Part.tsx';

const nothing = () => undefined;
const typed = t('Snooze').slice(0, 3).toLowerCase();

/** What lies above the page: as it looks, and to be opened. */
export const Floating = () => {
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'pick' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Part title={t('Menu')}>
        <div className="menu">
          <div className="cap">{t('Send and then')}</div>
          <button type="button" className="item is-on">
            <Check className="i" /> {t('Resolve')} <Strokes of="e" />
          </button>
          <button type="button" className="item">
            <Hourglass className="i" /> {t('Wait for the customer')} <Strokes of="w" />
          </button>
          <button type="button" className="item">
            <Moon className="i" /> {t('Snooze')} <Strokes of="s" />
          </button>
          <div className="sep" />
          <button type="button" className="item danger">
            <Trash2 className="i" /> {t('Throw this draft away')}
          </button>
        </div>
        <div className="row wraps">
          <Menu
            trigger={
              <button type="button" className="btn">
                {t('Menu')} <ChevronDown className="i s14" />
              </button>
            }
          >
            <Caption>{t('Send and then')}</Caption>
            <Item icon={Check} keys="resolve" run={nothing}>
              {t('Resolve')}
            </Item>
            <Item icon={Moon} keys="snooze" run={nothing} when="9:00">
              {t('Snooze')}
            </Item>
            <Item icon={Hourglass} run={nothing} disabled>
              {t('Wait for the customer')}
            </Item>
            <Line />
            <Item icon={Trash2} danger run={nothing}>
              {t('Throw this draft away')}
            </Item>
          </Menu>
          <Pick
            open={open === 'pick'}
            onOpen={(on) => setOpen(on ? 'pick' : null)}
            label={t('Assign to')}
            placeholder={t('Person or team')}
            choices={['Ana Novak', 'Tomasz Wolski', 'Mei Lin'].map((name, n) => ({
              id: name,
              label: name,
              on: n === 0,
            }))}
            pick={close}
            trigger={
              <button type="button" className="btn">
                {t('Assign to')} <ChevronDown className="i s14" />
              </button>
            }
          />
        </div>
      </Part>
      <Part title={t('Palette')}>
        <div className="menu kitpalette">
          <div className="row ask">
            <Search className="i" />
            <span className="grow">{typed}</span>
            <Strokes of="Escape" />
          </div>
          <div className="cap">{t('With a conversation')}</div>
          <div className="item is-on">
            <Moon className="i" /> {t('Snooze')} <Strokes of="s" />
          </div>
          <div className="cap">{t('Go to')}</div>
          <div className="item">
            <Moon className="i" /> {t('Snoozed')} <Strokes of="g z" />
          </div>
        </div>
      </Part>
      <Part title={t('Toasts')}>
        <div className="toast">
          <Send className="i" />
          <span className="grow">{t('Sent and resolved · #{number}', { number: 4711 })}</span>
          <button type="button" className="act">
            {t('Undo')}
          </button>
        </div>
        <div className="toast">
          <WifiOff className="i" />
          <span className="grow">{t('Copied')}</span>
          <button type="button" className="act" aria-label={t('Dismiss')}>
            <X className="i s14" />
          </button>
        </div>
        <div className="row wraps">
          <button
            type="button"
            className="btn"
            onClick={() => tell(t('Copied'), { label: t('Undo'), run: () => tell(t('Saved')) })}
          >
            {t('Show a toast')}
          </button>
        </div>
      </Part>
      <Part title={t('Dialog')}>
        <div className="kitstage">
          {/* biome-ignore lint/a11y/useSemanticElements: a picture of a dialog, not one that is open */}
          <div className="dialog" role="group" aria-label={t('Dialog')}>
            <h3>{t('A newer message arrived')}</h3>
            <p className="ink2">
              {t('Your answer was written before it. Read it first, so that the customer hears one voice.')}
            </p>
            <div className="row feet">
              <button type="button" className="btn quiet">
                {t('Send anyway')}
              </button>
              <button type="button" className="btn primary">
                {t('Read it')}
              </button>
            </div>
          </div>
        </div>
        <div className="row wraps">
          <button type="button" className="btn" onClick={() => setOpen('dialog')}>
            {t('Open a dialog')}
          </button>
          <button type="button" className="btn danger" onClick={() => setOpen('confirm')}>
            {t('Open a question')}
          </button>
        </div>
        <Dialog open={open === 'dialog'} onClose={close} title={t('A newer message arrived')}>
          <p>{t('Your answer was written before it. Read it first, so that the customer hears one voice.')}</p>
        </Dialog>
        <Confirm
          open={open === 'confirm'}
          onClose={close}
          title={t('Delete #{number} for good?', { number: 4711 })}
          yes={t('Delete for good')}
          onYes={close}
        >
          {t('It cannot be brought back. What was sent with it stays.')}
        </Confirm>
      </Part>
    </>
  );
};
