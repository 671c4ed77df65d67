import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell, CheckCheck } from 'lucide-react';
import { api } from '../api.ts';
import { notificationsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { age } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';

/** What concerns you, newest first. */
export const Notifications = () => {
  useTitle(t('Notifications'));
  const client = useQueryClient();
  const query = useQuery(notificationsQuery);
  const seen = async (ids?: string[]) => {
    try {
      await api('POST /notifications/seen', { body: ids ? { ids } : {} });
      await client.invalidateQueries({ queryKey: ['notifications'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  const items = query.data?.items ?? [];
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div className="row">
            <h1 className="grow">{t('Notifications')}</h1>
            {query.data && query.data.unseen > 0 ? (
              <button type="button" className="btn" onClick={() => void seen()}>
                <CheckCheck className="i" /> {t('Mark all as seen')}
              </button>
            ) : null}
          </div>
          {query.isPending ? <SkeletonRows /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess && items.length === 0 ? (
            <Empty title={t('Nothing new for you')} sun>
              {t('You hear of what is assigned to you, of answers to it, and when someone names you in a note.')}
            </Empty>
          ) : null}
          <div>
            {items.map((n) => {
              const inside = (
                <>
                  <span className="row">
                    {n.seenAt ? (
                      <Bell className="i s14 ink3" />
                    ) : (
                      <span className="badge" style={{ minInlineSize: 8, blockSize: 8, padding: 0 }}>
                        <span className="sr">{t('Unseen')}</span>
                      </span>
                    )}
                    <bdi dir="auto" className={`cut ${n.seenAt ? '' : 'strong'}`}>
                      {n.title}
                    </bdi>
                    <time className="age">{age(n.at)}</time>
                  </span>
                  <bdi dir="auto" className="xs ink2">
                    {n.text}
                  </bdi>
                </>
              );
              return n.conversationId ? (
                <Link
                  key={n.id}
                  to="/conversations/$id"
                  params={{ id: n.conversationId }}
                  preload={false}
                  className="hit"
                  onClick={() => void (n.seenAt ? undefined : seen([n.id]))}
                >
                  {inside}
                </Link>
              ) : n.problemId ? (
                <Link
                  key={n.id}
                  to="/problems/$id"
                  params={{ id: n.problemId }}
                  search={{}}
                  preload={false}
                  className="hit"
                  onClick={() => void (n.seenAt ? undefined : seen([n.id]))}
                >
                  {inside}
                </Link>
              ) : n.inboxId ? (
                <Link
                  key={n.id}
                  to="/settings/inboxes/$id"
                  params={{ id: n.inboxId }}
                  preload={false}
                  className="hit"
                  onClick={() => void (n.seenAt ? undefined : seen([n.id]))}
                >
                  {inside}
                </Link>
              ) : n.kind === 'webhook-off' ? (
                <Link
                  key={n.id}
                  to="/settings/webhooks"
                  className="hit"
                  onClick={() => void (n.seenAt ? undefined : seen([n.id]))}
                >
                  {inside}
                </Link>
              ) : n.kind === 'rising' ? (
                <Link
                  key={n.id}
                  to="/problems"
                  className="hit"
                  onClick={() => void (n.seenAt ? undefined : seen([n.id]))}
                >
                  {inside}
                </Link>
              ) : (
                <div key={n.id} className="hit">
                  {inside}
                </div>
              );
            })}
          </div>
        </div>
      </main>
    </div>
  );
};
