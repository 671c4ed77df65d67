import type { Look } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { api, trust } from '../api.ts';
import { meQuery } from '../me.ts';
import { lookNow, setLook } from './theme.ts';
import { tellProblem } from './toast.tsx';

/** Shown at once, kept with the person, so that every device looks like it; put back when it could not be kept. */
export const useKeepLook = () => {
  const client = useQueryClient();
  return async (change: Partial<Look>): Promise<void> => {
    const [before, look] = [client.getQueryData(meQuery.queryKey), { ...lookNow(), ...change }];
    const was = lookNow();
    setLook(look);
    if (!before) return;
    client.setQueryData(meQuery.queryKey, { ...before, look });
    try {
      client.setQueryData(meQuery.queryKey, trust(await api('PATCH /me', { body: { look } })));
    } catch (error) {
      setLook(was);
      client.setQueryData(meQuery.queryKey, before);
      tellProblem(error);
    }
  };
};
