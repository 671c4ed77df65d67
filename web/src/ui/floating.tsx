import { Dialog as Base } from '@base-ui/react/dialog';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Popover } from '@base-ui/react/popover';
import { Check, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../language/index.ts';
import type { ConfirmProps, DialogProps, ItemProps, MenuProps, PopupProps } from './float.tsx';
import { Keys } from './kit.tsx';

export { Pick } from './Picking.tsx';

/** The first thing to fill in, or else the first thing to press. */
const begin = (popup: HTMLElement | null) =>
  popup?.querySelector<HTMLElement>(
    'input:not([type=checkbox], [type=radio], [type=file], [readonly]), select, textarea, .feet .primary',
  ) ?? true;

export const Dialog = ({ open, onClose, title, children, wide = false, drawer = false }: DialogProps) => {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup
          ref={popup}
          initialFocus={() => begin(popup.current)}
          onKeyDown={(e) => {
            // Mod+Enter does what the dialog is for, wherever in it one is.
            if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey) || e.defaultPrevented) return;
            if (!(e.target instanceof Node && popup.current?.contains(e.target))) return;
            const does = popup.current.querySelector<HTMLButtonElement>('[type=submit]:enabled');
            if (!does) return;
            e.preventDefault();
            does.click();
          }}
          className={drawer ? 'drawer who' : `dialog${wide ? ' wide' : ''}`}
        >
          {drawer ? (
            <Base.Title className="sr">{title}</Base.Title>
          ) : (
            <div className="head">
              <Base.Title>{title}</Base.Title>
              <Base.Close className="btn quiet icon sm" aria-label={t('Close')}>
                <X className="i" />
              </Base.Close>
            </div>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
};

/** "Are you sure", only where nothing can be taken back. */
export const Confirm = ({ open, onClose, title, children, yes, onYes, danger = true }: ConfirmProps) => (
  <Dialog open={open} onClose={onClose} title={title}>
    <div className="ink2">{children}</div>
    <div className="feet">
      <button type="button" className="btn quiet" onClick={onClose}>
        {t('Cancel')}
      </button>
      <button
        type="button"
        className={`btn ${danger ? 'danger-fill' : 'primary'}`}
        onClick={() => {
          onClose();
          onYes();
        }}
      >
        {yes}
      </button>
    </div>
  </Dialog>
);

export const Menu = ({ trigger, children, open, onOpen, align = 'start', side = 'bottom' }: MenuProps) => {
  const popup = useRef<HTMLDivElement>(null);
  // Opened by a key, the first item is the one that Enter takes.
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => popup.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus(), 40);
    return () => clearTimeout(timer);
  }, [open]);
  return (
    <BaseMenu.Root open={open} onOpenChange={onOpen}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal container={document.getElementById('menus')}>
        <BaseMenu.Positioner className="floats" align={align} side={side} sideOffset={6} collisionPadding={8}>
          <BaseMenu.Popup ref={popup} className="menu">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
};
export const Item = ({ icon: Icon, children, run, keys, danger = false, when, is, disabled }: ItemProps) => (
  <BaseMenu.Item
    className={`item${danger ? ' danger' : ''}`}
    aria-current={is ? 'true' : undefined}
    onClick={run}
    disabled={disabled}
  >
    {Icon ? <Icon className="i" /> : null}
    <span className="grow">{children}</span>
    {when ? <span className="when">{when}</span> : null}
    {is ? <Check className="i s14 ticked" aria-hidden="true" /> : null}
    {keys ? <Keys of={keys} /> : null}
  </BaseMenu.Item>
);
export const Line = () => <BaseMenu.Separator className="sep" />;
export const Caption = ({ children }: { children: ReactNode }) => (
  <BaseMenu.Group>
    <BaseMenu.GroupLabel className="cap">{children}</BaseMenu.GroupLabel>
  </BaseMenu.Group>
);
export const Popup = ({
  trigger,
  title,
  text,
  className = '',
  children,
  open,
  onOpen,
}: PopupProps & { open: boolean; onOpen: (open: boolean) => void }) => (
  <Popover.Root open={open} onOpenChange={onOpen}>
    <Popover.Trigger render={trigger} />
    <Popover.Portal>
      <Popover.Positioner className="floats" align="start" sideOffset={6} collisionPadding={8}>
        <Popover.Popup className={`menu ${className}`}>
          <Popover.Title className="strong">{title}</Popover.Title>
          <Popover.Description>{text}</Popover.Description>
          {children}
        </Popover.Popup>
      </Popover.Positioner>
    </Popover.Portal>
  </Popover.Root>
);
