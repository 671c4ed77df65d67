import type { Session } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { ago, date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { browser } from './browser.ts';

const how = (s: Session): string => {
  if (s.how === 'passkey') return t('by passkey');
  if (s.how === 'company') return t('by your company’s sign-in');
  return s.strong ? t('by password and second factor') : t('by password');
};

/** Where somebody is signed in: one's own, or with `of` a person's in this workspace. */
export const Sessions = ({ of }: { of?: string }) => {
  const client = useQueryClient();
  const queryKey = ['sessions', of ?? 'me'];
  const query = useQuery({
    queryKey,
    queryFn: async () =>
      (await (of ? api('GET /people/:id/sessions', { params: { id: of } }) : api('GET /me/sessions'))).items,
  });
  const end = async (what: () => Promise<unknown>, said: string) => {
    try {
      await what();
      tell(said);
    } catch (error) {
      tellProblem(error);
    }
    await client.invalidateQueries({ queryKey });
  };
  const others = query.data?.filter((s) => !s.current) ?? [];
  const endOthers = () =>
    end(
      () => (of ? api('DELETE /people/:id/sessions', { params: { id: of } }) : api('DELETE /me/sessions')),
      of ? t('Signed out everywhere') : t('Signed out everywhere else'),
    );
  return (
    <section className="stack tight">
      {of ? null : <h2>{t('Where you are signed in')}</h2>}
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? <p className="ink2">{t('Not signed in anywhere.')}</p> : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((s) => (
            <div key={s.id}>
              <span className="grow">
                <span className="medium">{browser(s.agent)}</span>
                <span className="xs ink2 row">
                  <Said
                    id="<0>{ip}</0> · {how} · since {since} · active {when}"
                    values={{ ip: s.ip, how: how(s), since: date(s.createdAt), when: ago(s.lastSeenAt) }}
                    components={[<bdi key="0" dir="ltr" />]}
                  />
                </span>
              </span>
              {s.current ? (
                <span className="chip accent">{t('this one')}</span>
              ) : (
                <button
                  type="button"
                  className="btn sm"
                  aria-label={t('Sign out {browser}', { browser: browser(s.agent) })}
                  onClick={() =>
                    void end(
                      () =>
                        of
                          ? api('DELETE /people/:id/sessions/:sessionId', { params: { id: of, sessionId: s.id } })
                          : api('DELETE /me/sessions/:id', { params: { id: s.id } }),
                      t('Signed out there'),
                    )
                  }
                >
                  {t('Sign out')}
                </button>
              )}
            </div>
          ))}
        </div>
      ) : null}
      {others.length > (of ? 0 : 1) ? (
        <div className="feet">
          <button type="button" className="btn" onClick={() => void endOthers()}>
            {of ? t('Sign out everywhere') : t('Sign out everywhere else')}
          </button>
        </div>
      ) : null}
    </section>
  );
};
