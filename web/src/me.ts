import type { Me } from '@hearten/contract';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, trust } from './api.ts';

/** Who is signed in. Everything behind the sign-in has it. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => trust(await api('GET /me')),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});
export const useMe = (): Me => useSuspenseQuery(meQuery).data;
/** May this person do that? The server decides; the screen only leaves out what would be refused. */
export const useMay = () => {
  const { permissions } = useMe();
  return (permission: string) => permissions.includes(permission);
};

const rtl = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ckb', 'iw']);
/** The direction a language is written in. */
export const direction = (language: string): 'ltr' | 'rtl' =>
  rtl.has(language.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
