import { useState } from 'react';

/** `#token=…` → the token. It stands in the fragment so that it reaches no log, no referrer and no history of another site. */
export const tokenOf = (hash: string): string => new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';

/** Takes the token out of the address bar as soon as it is read. */
export const useToken = (): string => {
  const [token] = useState(() => {
    const found = tokenOf(location.hash);
    if (found) history.replaceState(history.state, '', location.pathname + location.search);
    return found;
  });
  return token;
};
