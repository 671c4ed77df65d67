import type { Bond } from '../bond.ts';
import { Aside } from './Aside.tsx';
import { Child } from './Child.tsx';
import { Merge } from './Merge.tsx';
import { Split } from './Split.tsx';
import { To } from './To.tsx';
import './bonds.css';

export { Below } from './Below.tsx';

export const Dialogs = ({ now }: { now: Bond }) => {
  switch (now.what) {
    case 'merge':
      return <Merge row={now.row} />;
    case 'link':
    case 'parent':
      return <To now={now} />;
    case 'child':
      return <Child row={now.row} />;
    case 'aside':
      return <Aside row={now.row} given={now.aside} />;
    case 'split':
      return <Split now={now} />;
  }
};
