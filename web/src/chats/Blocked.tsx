import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { ago, due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const blockedQuery = queryOptions({
  queryKey: ['blocked-visitors'],
  queryFn: async () => (await api('GET /blocked-visitors')).items,
});

/** Visitors of chats who may not write now: who it is, why, and who said so. */
export const Blocked = () => {
  const client = useQueryClient();
  const may = useMay();
  const { data } = useQuery(blockedQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  if (!data?.length) return null;
  const allow = async (id: string): Promise<void> => {
    try {
      await api('DELETE /blocked-visitors/:id', { params: { id } });
      await client.invalidateQueries({ queryKey: blockedQuery.queryKey });
      tell(t('The visitor may write again'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="stack" aria-labelledby="blocked-visitors">
      <h2 id="blocked-visitors">{t('Blocked visitors')}</h2>
      <div className="card rowsof">
        {data.map((one) => (
          <div key={one.id}>
            <span className="grow">
              <bdi className="strong">{one.name || one.email || t('A visitor without a name')}</bdi>
              <span className="xs ink2 row">
                {one.until ? t('Paused until {when}', { when: due(one.until) }) : t('Blocked')}
                {' · '}
                {people?.find((p) => p.id === one.byId)?.name ?? t('Someone')}
                {' · '}
                {ago(one.createdAt)}
                {one.number === null ? null : (
                  <>
                    {' · '}
                    <Link to="/inbox/$view/$number" params={{ view: 'all', number: String(one.number) }}>
                      #{one.number}
                    </Link>
                  </>
                )}
              </span>
              {one.reason ? (
                <bdi className="xs row" dir="auto">
                  {one.reason}
                </bdi>
              ) : null}
            </span>
            {may('conversation.write') ? (
              <button type="button" className="btn sm" onClick={() => void allow(one.id)}>
                {t('Let write again')}
              </button>
            ) : null}
          </div>
        ))}
      </div>
    </section>
  );
};
