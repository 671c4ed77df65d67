import { useState } from 'react';

const name = 'compose-tools';
/** Whether this person wants to see the row of formatting buttons, remembered on this device. */
export const useTools = (): [boolean, (shown: boolean) => void] => {
  const [shown, set] = useState(() => globalThis.localStorage?.getItem(name) === 'shown');
  return [
    shown,
    (next) => {
      set(next);
      localStorage.setItem(name, next ? 'shown' : 'hidden');
    },
  ];
};
