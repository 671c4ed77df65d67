import type { View } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Face } from './Face.tsx';

const rises: readonly View[] = ['open', 'mine', 'unassigned'];

/** Above a queue: how many in it are upset or stuck, and who has waited longest of them. They come first, however old their mail is. */
export const Risen = ({ view, asked, search }: { view: View; asked: Asked; search: InboxSearch }) => {
  const { data } = useQuery({
    // Not under "list": what is kept there has pages, and every frame is put into them.
    queryKey: ['risen', asked],
    queryFn: () => api('GET /conversations', { query: { ...asked, mood: 'either', limit: 50 } }),
    enabled: rises.includes(view) && search.mood === undefined,
    staleTime: 10_000,
  });
  if (!rises.includes(view) || search.mood !== undefined || !data || data.items.length === 0) return null;
  const longest = [...data.items].sort((a, b) =>
    (a.waitingSince ?? a.lastAt).localeCompare(b.waitingSince ?? b.lastAt),
  );
  return (
    <div className="risen">
      <Link to="/inbox/$view" params={{ view }} search={{ ...search, mood: 'either' }} className="risen-all">
        <Face value={1} read size={16} />
        {data.next
          ? t('More than {n} customers are upset or stuck', { n: data.items.length })
          : t('{n, plural, one {# customer is upset or stuck} other {# customers are upset or stuck}}', {
              n: data.items.length,
            })}
      </Link>
      {longest.slice(0, 3).map((row) => (
        <Link
          key={row.id}
          to="/inbox/$view/$number"
          params={{ view, number: String(row.number) }}
          search={search}
          className="chip"
          title={row.subject}
        >
          <bdi className="cut">{row.customer.name || row.customer.address}</bdi>
        </Link>
      ))}
    </div>
  );
};
