import { Dialog as Base } from '@base-ui/react/dialog';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Keys } from './kit.tsx';

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
  drawer?: boolean;
};
export const Dialog = ({ open, onClose, title, children, wide = false, drawer = false }: DialogProps) => (
  <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
    <Base.Portal>
      <Base.Backdrop className="backdrop" />
      <Base.Popup className={drawer ? 'drawer who' : `dialog${wide ? ' wide' : ''}`}>
        <Base.Title className={drawer ? 'sr' : undefined}>{title}</Base.Title>
        {children}
      </Base.Popup>
    </Base.Portal>
  </Base.Root>
);

/** "Are you sure", only where nothing can be taken back. */
export const Confirm = ({
  open,
  onClose,
  title,
  children,
  yes,
  onYes,
  danger = true,
}: Omit<DialogProps, 'wide'> & { yes: string; onYes: () => void; danger?: boolean }) => (
  <Dialog open={open} onClose={onClose} title={title}>
    <div className="ink2">{children}</div>
    <div className="feet">
      <button type="button" className="btn quiet" onClick={onClose}>
        Cancel
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

type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  open?: boolean;
  onOpen?: (open: boolean) => void;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
};
export const Menu = ({ trigger, children, open, onOpen, align = 'start', side = 'bottom' }: MenuProps) => (
  <BaseMenu.Root open={open} onOpenChange={onOpen} modal={false}>
    <BaseMenu.Trigger render={trigger} />
    <BaseMenu.Portal>
      <BaseMenu.Positioner className="floats" align={align} side={side} sideOffset={6} collisionPadding={8}>
        <BaseMenu.Popup className="menu">{children}</BaseMenu.Popup>
      </BaseMenu.Positioner>
    </BaseMenu.Portal>
  </BaseMenu.Root>
);
export const Item = ({
  icon: Icon,
  children,
  run,
  keys,
  danger = false,
  when,
  disabled,
}: {
  icon?: LucideIcon;
  children: ReactNode;
  run: () => void;
  keys?: string;
  danger?: boolean;
  when?: string;
  disabled?: boolean;
}) => (
  <BaseMenu.Item className={`item${danger ? ' danger' : ''}`} onClick={run} disabled={disabled}>
    {Icon ? <Icon className="i" /> : null}
    <span className="grow">{children}</span>
    {when ? <span className="when">{when}</span> : null}
    {keys ? <Keys of={keys} /> : null}
  </BaseMenu.Item>
);
export const Line = () => <BaseMenu.Separator className="sep" />;
export const Caption = ({ children }: { children: ReactNode }) => (
  <BaseMenu.Group>
    <BaseMenu.GroupLabel className="cap">{children}</BaseMenu.GroupLabel>
  </BaseMenu.Group>
);
