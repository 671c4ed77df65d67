import { useEffect, useState } from 'react';

/** `#token=…` → the token. It stands in the fragment so that it reaches no log, no referrer and no history of another site. */
export const tokenOf = (hash: string): string => new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';

const name = (path: string) => `token:${path}`;
const take = (): string => {
  const found = tokenOf(location.hash);
  if (!found) return sessionStorage.getItem(name(location.pathname)) ?? '';
  sessionStorage.setItem(name(location.pathname), found);
  history.replaceState(history.state, '', location.pathname + location.search);
  return found;
};
/**
 * Takes the token out of the address bar as soon as it is read; this tab keeps it until it is used, so that a reload or Back needs no second
 * look at the link. A link pasted into a tab that shows this page already loads nothing: only its fragment changes, and that counts too.
 */
export const useToken = (): string => {
  const [token, setToken] = useState(take);
  useEffect(() => {
    const again = () => setToken(take());
    addEventListener('hashchange', again);
    return () => removeEventListener('hashchange', again);
  }, []);
  return token;
};
/** Used, or good for nothing: the tab keeps it no longer. */
export const dropToken = () => sessionStorage.removeItem(name(location.pathname));
