import type { VisitorSeen } from '@hearten/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

/** The visitor on the other side of a chat: where they are, how they came, and what is proven of who they are. */
export const visitorQuery = (id: string) =>
  queryOptions({
    queryKey: ['visitor', id],
    queryFn: async (): Promise<VisitorSeen | null> =>
      (await api('GET /conversations/:id/visitor', { params: { id } })).visitor,
  });
