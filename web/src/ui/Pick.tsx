import type { ReactElement, ReactNode } from 'react';
import { Closed, floating, useEver } from './float.tsx';

export type Choice = { id: string; label: string; lead?: ReactNode; hint?: string; on?: boolean };
export type PickProps = {
  trigger: ReactElement;
  label: string;
  placeholder: string;
  choices: Choice[];
  pick: (choice: Choice) => void;
  open: boolean;
  onOpen: (open: boolean) => void /** Stays open after a pick: for several tags. */;
  many?: boolean /** Offers what was typed when nothing has that name. */;
  make?: (text: string) => Choice;
  empty?: string;
};
/** A filterable list behind a button: assign, team, tags. */
export const Pick = (props: PickProps) => {
  const have = floating.use();
  const ever = useEver(props.open);
  if (!have || !ever) return <Closed trigger={props.trigger} opens="dialog" then={() => props.onOpen(true)} />;
  return <have.Pick {...props} />;
};
