import type { Me } from '@hearten/contract';
import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { createContext, createElement, type ReactNode, useContext, useRef, useSyncExternalStore } from 'react';
import { api, trust } from './api.ts';

/** Who is signed in. Everything behind the sign-in has it. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => trust(await api('GET /me')),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});
const Signed = createContext<Me | null>(null);
/** Around everything behind the sign-in: one looks who it is, for the hundred places that ask. */
export const WithMe = ({ children }: { children: ReactNode }) => {
  const cache = useQueryClient().getQueryCache();
  const known = useRef<unknown>(undefined);
  // All that was known is cleared when one moves to another workspace: what is asked then is another question, under the same name.
  useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      known.current = cache.find({ queryKey: meQuery.queryKey }) ?? known.current;
      return known.current;
    },
  );
  return createElement(Signed, { value: useSuspenseQuery(meQuery).data }, children);
};
export const useMe = (): Me => {
  const me = useContext(Signed);
  if (!me) throw new Error('Nobody is signed in around this.');
  return me;
};
/** May this person do that? The server decides; the screen only leaves out what would be refused. */
export const useMay = () => {
  const { permissions } = useMe();
  return (permission: string) => permissions.includes(permission);
};
