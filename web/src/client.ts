import type { QueryClient } from '@tanstack/react-query';

let kept: QueryClient | null = null;
/** The one store of what the server said, for code that is called from outside of React (a menu in the editor). */
export const keepClient = (client: QueryClient): QueryClient => {
  kept = client;
  return client;
};
export const theClient = (): QueryClient => {
  if (!kept) throw new Error('there is no store yet');
  return kept;
};
