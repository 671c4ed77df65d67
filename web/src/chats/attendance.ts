import type { Attendance } from '@hearten/contract';
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

export const attendanceQuery = queryOptions({
  queryKey: ['attendance'],
  queryFn: (): Promise<Attendance> => api('GET /attendance'),
  staleTime: 60_000,
});

/** Who is there for chats; undefined where there is no live chat. */
export const useAttendance = (): Attendance | undefined => {
  const may = useMay();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const chats = inboxes?.some((one) => one.channel === 'chat') ?? false;
  return useQuery({ ...attendanceQuery, enabled: chats && may('people.read') }).data;
};

/** Since when I am away; null when I am not, undefined where there is nothing to be away from. */
export const useAway = (): string | null | undefined => {
  const me = useMe();
  const may = useMay();
  const all = useAttendance();
  if (!all || !may('conversation.write')) return undefined;
  return all.items.find((one) => one.personId === me.person.id)?.awaySince ?? null;
};

/** Goes away, or comes back. What waited for an answer goes on to others, and home again when that is taken back. */
export async function setAway(client: QueryClient, away: boolean, back?: string[]): Promise<void> {
  try {
    const { moved } = await api('PUT /me/away', { body: { away, ...(back ? { back } : {}) } });
    await client.invalidateQueries({ queryKey: attendanceQuery.queryKey });
    if (away)
      tell(
        moved.length === 0
          ? t('You are away. New chats go to others.')
          : t(
              '{n, plural, one {You are away. # chat that waited for you went on to others.} other {You are away. # chats that waited for you went on to others.}}',
              { n: moved.length },
            ),
        { label: t('Undo'), run: () => void setAway(client, false, moved) },
      );
    else
      tell(
        t('You are back, and get chats again.'),
        back ? undefined : { label: t('Undo'), run: () => void setAway(client, true) },
      );
  } catch (error) {
    tellProblem(error);
  }
}
