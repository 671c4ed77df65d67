import type { KeyboardEvent } from 'react';

/** Mod+Enter sends a form, wherever in it one writes. */
export const sendsByKeys = (e: KeyboardEvent<HTMLFormElement>): void => {
  if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
  e.preventDefault();
  e.currentTarget.requestSubmit();
};
