import type { LucideIcon } from 'lucide-react';
import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { ActionId } from '../keys/catalogue.ts';
import { loaded } from './later.tsx';

/** What floats is not in the shell: it is loaded when the page stands, or when the first of it is opened. */
export const floating = loaded(() => import('./floating.tsx'));

export type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
  drawer?: boolean;
};
/** True from the first time on: what was never opened costs nothing, and what was may leave in its own time. */
export const useEver = (open: boolean): boolean => {
  const ever = useRef(false);
  if (open) ever.current = true;
  useEffect(() => {
    if (open) void floating.want();
  }, [open]);
  return ever.current;
};

export const Dialog = (props: DialogProps) => {
  const have = floating.use();
  const ever = useEver(props.open);
  return have && ever ? <have.Dialog {...props} /> : null;
};

export type ConfirmProps = Omit<DialogProps, 'wide'> & { yes: string; onYes: () => void; danger?: boolean };
/** "Are you sure", only where nothing can be taken back. */
export const Confirm = (props: ConfirmProps) => {
  const have = floating.use();
  const ever = useEver(props.open);
  return have && ever ? <have.Confirm {...props} /> : null;
};

/** A button that opens something; until it did, it is nothing but the button. */
export const Closed = ({
  trigger,
  opens,
  then,
}: {
  trigger: ReactElement;
  opens: 'menu' | 'dialog';
  then: () => void;
}) => {
  const { onClick } = trigger.props as { onClick?: (e: unknown) => void };
  return cloneElement(trigger as ReactElement<Record<string, unknown>>, {
    'aria-haspopup': opens,
    'aria-expanded': false,
    onPointerEnter: () => void floating.want(),
    onFocus: () => void floating.want(),
    onClick: (e: unknown) => {
      onClick?.(e);
      then();
    },
    onKeyDown: (e: KeyboardEvent) => {
      if (opens !== 'menu' || (e.key !== 'ArrowDown' && e.key !== 'ArrowUp')) return;
      e.preventDefault();
      then();
    },
  });
};
/** `open` when the owner says so, or else kept here. */
const useOpen = (open: boolean | undefined, onOpen: ((open: boolean) => void) | undefined) => {
  const [own, setOwn] = useState(false);
  const is = open ?? own;
  return {
    is,
    set: (next: boolean) => {
      setOwn(next);
      onOpen?.(next);
    },
    ever: useEver(is),
  };
};

export type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  open?: boolean;
  onOpen?: (open: boolean) => void;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
};
export const Menu = ({ trigger, open, onOpen, ...rest }: MenuProps) => {
  const have = floating.use();
  const { is, set, ever } = useOpen(open, onOpen);
  if (!have || !ever) return <Closed trigger={trigger} opens="menu" then={() => set(true)} />;
  return <have.Menu trigger={trigger} open={is} onOpen={set} {...rest} />;
};
export type ItemProps = {
  icon?: LucideIcon;
  children: ReactNode;
  run: () => void;
  keys?: ActionId;
  danger?: boolean;
  when?: string;
  /** Of several, the one that holds now: ticked. */
  is?: boolean;
  disabled?: boolean;
};
export const Item = (props: ItemProps) => {
  const have = floating.use();
  return have ? <have.Item {...props} /> : null;
};
export const Line = () => {
  const have = floating.use();
  return have ? <have.Line /> : null;
};
export const Caption = (props: { children: ReactNode }) => {
  const have = floating.use();
  return have ? <have.Caption {...props} /> : null;
};

export type PopupProps = {
  trigger: ReactElement;
  title: string;
  text: string;
  className?: string;
  children?: ReactNode;
};
/** A few words on what one pressed. */
export const Popup = (props: PopupProps) => {
  const have = floating.use();
  const { is, set, ever } = useOpen(undefined, undefined);
  if (!have || !ever) return <Closed trigger={props.trigger} opens="dialog" then={() => set(true)} />;
  return <have.Popup {...props} open={is} onOpen={set} />;
};
