import type { ConversationRow, View } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Hourglass } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { age } from '../ui/time.ts';
import { Face } from './Face.tsx';

const rises: readonly View[] = ['open', 'mine', 'unassigned'];
/** More would push the queue itself out of sight. */
const SHOWN = 3;

/** Who it is, what about, and since when they wait for us: that is why they stand here and in this order. */
const One = ({ row, view, search }: { row: ConversationRow; view: View; search: InboxSearch }) => (
  <li>
    <Link to="/inbox/$view/$number" params={{ view, number: String(row.number) }} search={search} className="risen-one">
      <Face value={row.mood === 'upset' ? 1 : 2} read size={16} />
      <span className="sr">{row.mood === 'upset' ? t('The customer is upset') : t('The customer is stuck')}</span>
      <bdi dir="auto" className="nm cut">
        {row.customer.name || row.customer.address}
      </bdi>
      <bdi dir="auto" className="cut">
        {row.subject || t('No subject')}
      </bdi>
      {row.waitingSince ? (
        <span className="age">
          <Hourglass className="i s13" aria-hidden="true" /> <span className="sr">{t('Waiting for us')} </span>
          {age(row.waitingSince)}
        </span>
      ) : null}
    </Link>
  </li>
);

/** Above a queue: how many in it are upset or stuck, and who has waited longest of them. They come first, however old their mail is. */
export const Risen = ({ view, asked, search }: { view: View; asked: Asked; search: InboxSearch }) => {
  // A saved view may hold more than a queue, and of what is narrowed to a mood nobody stands above the others.
  const rising = rises.includes(asked.view ?? 'all') && asked.mood === undefined;
  const { data } = useQuery({
    // Not under "list": what is kept there has pages, and every frame is put into them.
    queryKey: ['risen', asked],
    queryFn: () => api('GET /conversations', { query: { ...asked, mood: 'either', order: 'waiting', limit: 50 } }),
    enabled: rising,
    staleTime: 10_000,
  });
  if (!rising || !data || data.items.length === 0) return null;
  const n = data.items.length;
  return (
    <section className="risen" aria-label={t('Upset or stuck, the longest waiting first')}>
      <Link to="/inbox/$view" params={{ view }} search={{ ...search, mood: 'either' }} className="risen-all">
        <span className="cut">
          {data.next
            ? t('More than {n} customers are upset or stuck', { n })
            : t('{n, plural, one {# customer is upset or stuck} other {# customers are upset or stuck}}', { n })}
        </span>
        {n > 1 ? <span className="cut ink3">{t('The longest waiting first')}</span> : null}
        <ChevronRight className="i s13 flip" aria-hidden="true" />
      </Link>
      <ul>
        {data.items.slice(0, SHOWN).map((row) => (
          <One key={row.id} row={row} view={view} search={search} />
        ))}
      </ul>
    </section>
  );
};
