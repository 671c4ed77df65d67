import type { Praise as One, Reply } from '@hearten/contract';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { spoken, t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date, number } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import './praise.css';
import { More } from '../ui/More.tsx';

type Page = Reply<'GET /praise'>;
const money = ({ currency, amount }: One['amounts'][number]): string =>
  new Intl.NumberFormat(spoken(), { style: 'currency', currency }).format(amount);

const Card = ({ one, take }: { one: One; take: (one: One) => void }) => {
  const may = useMay()('workspace.write');
  const { url } = one;
  return (
    <li className="card pad praise">
      {one.state === 'shown' ? (
        <blockquote dir="auto">{one.words}</blockquote>
      ) : (
        <p className="ink3">
          {one.state === 'put away'
            ? t('Not shown while its conversation is in the trash or in spam.')
            : one.state === 'reworded'
              ? t('Said otherwise since. The page is gone until they agree to the new words.')
              : t('Taken back. The page is gone, and the words with it.')}
        </p>
      )}
      <p className="row wraps xs ink2">
        <Link to="/c/$number" params={{ number: String(one.number) }} className="link">
          <bdi>{one.customer}</bdi>
        </Link>
        {one.state === 'shown' ? (
          <span>{one.name ? t('shown as {name}', { name: one.name }) : t('shown without a name')}</span>
        ) : null}
        <span className="grow">{date(one.consentedAt)}</span>
        <span>{t('{n, plural, one {# visit} other {# visits}}', { n: one.visits })}</span>
        <span>{t('{n, plural, one {# order} other {# orders}}', { n: one.orders })}</span>
        {one.amounts.map((sum) => (
          <span key={sum.currency}>{money(sum)}</span>
        ))}
      </p>
      {url ? (
        <p className="row wraps">
          <a href={url} target="_blank" rel="noreferrer" className="btn sm">
            <ExternalLink className="i s14" /> {t('Open the page')}
          </a>
          <button
            type="button"
            className="btn sm"
            onClick={() =>
              void navigator.clipboard.writeText(url).then(
                () => tell(t('Copied')),
                // A browser that keeps the clipboard to itself lets people copy what they see.
                () => tell(t('Copy it from here: {link}', { link: url })),
              )
            }
          >
            {t('Copy the link')}
          </button>
          {may ? (
            <button type="button" className="btn sm quiet" onClick={() => take(one)}>
              {t('Take it off')}
            </button>
          ) : null}
        </p>
      ) : null}
    </li>
  );
};

/** What happy customers agreed to show, and what came of it. */
export const Praise = () => {
  useTitle(t('Praise'));
  const client = useQueryClient();
  const [taking, setTaking] = useState<One | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['praise'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> => api('GET /praise', { query: { cursor: pageParam, limit: '30' } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const first = query.data?.pages[0];
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const hide = async (one: One): Promise<void> => {
    setTaking(null);
    try {
      await api('POST /praise/:id/hide', { params: { id: one.id } });
      await client.invalidateQueries({ queryKey: ['praise'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Link to="/surveys" className="link xs row">
            <ArrowLeft className="i s14 flip" /> {t('Surveys')}
          </Link>
          <Head
            title={t('Praise')}
            lead={t('What happy customers said, and agreed to show.')}
            help={t(
              'Whoever answers gladly and in words is asked on the page of thanks whether others may read it, under the name they choose. Only then it has a page, with your look and a link to your website that carries its code. Visitors are counted once a day without cookies; your shop tells of orders by that code (POST /praise/orders). They can take it back at any time by their own link.',
            )}
          />
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {first && items.length === 0 ? (
            <Empty title={t('No praise to show yet')} sun>
              {first.offered
                ? t(
                    '{n, plural, one {# customer was glad in words} other {# customers were glad in words}}, and nobody agreed so far.',
                    {
                      n: first.offered,
                    },
                  )
                : t('Happy words come with the question at the end and with surveys.')}
            </Empty>
          ) : null}
          {first && items.length > 0 ? (
            <p className="ink2" role="status">
              {t('{shown} shown of {offered} glad words · {visits} visits · {orders} orders', {
                shown: number(first.shown),
                offered: number(first.offered),
                visits: number(first.visits),
                orders: number(first.orders),
              })}
            </p>
          ) : null}
          <ul className="praises">
            {items.map((one) => (
              <Card key={one.id} one={one} take={setTaking} />
            ))}
          </ul>
          <More of={query} />
        </div>
      </main>
      <Confirm
        open={taking !== null}
        onClose={() => setTaking(null)}
        title={t('Take this page off?')}
        yes={t('Take it off')}
        onYes={() => (taking ? void hide(taking) : undefined)}
      >
        {t('Nobody reads it any more, and it cannot be shown again.')}
      </Confirm>
    </div>
  );
};
