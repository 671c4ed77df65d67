import type { ApiKey } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm } from '../ui/float.tsx';
import { CopyLine } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago, date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { ChangeKey, NewKey } from './NewKey.tsx';

const scopeNames: Record<string, string> = { read: t('Read'), write: t('Write'), admin: t('Administer') };

/** When it began, was last used, ends, and how often it may ask. */
const facts = (k: ApiKey): string =>
  [
    k.lastUsedAt
      ? k.expiresAt
        ? t('since {when} · used {when2} · until {when3}', {
            when: date(k.createdAt),
            when2: ago(k.lastUsedAt),
            when3: date(k.expiresAt),
          })
        : t('since {when} · used {when2}', { when: date(k.createdAt), when2: ago(k.lastUsedAt) })
      : k.expiresAt
        ? t('since {when} · never used · until {when2}', { when: date(k.createdAt), when2: date(k.expiresAt) })
        : t('since {when} · never used', { when: date(k.createdAt) }),
    ...(k.perMinute
      ? [t('{n, plural, one {# request a minute} other {# requests a minute}}', { n: k.perMinute })]
      : []),
  ].join(' · ');

/** The way in for whoever writes the program. */
const Begin = () => (
  <section className="card pad key-begin">
    <h2 className="h3">{t('How to begin')}</h2>
    <p className="ink2">{t('Make a key, put it into your terminal as KEY, and ask:')}</p>
    <CopyLine
      value={`curl -H "Authorization: Bearer $KEY" '${location.origin}/api/v1/conversations?limit=5'`}
      label={t('How to begin')}
    />
    <p>
      <a className="link alone" href="/docs/api">
        {t('All that the API does, with examples')}
      </a>
    </p>
  </section>
);

export const ApiKeys = () => {
  useTitle(t('API keys'));
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['api-keys'], queryFn: async () => (await api('GET /api-keys')).items });
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<{ id: string; name: string } | null>(null);
  const revoke = async (id: string) => {
    try {
      await api('DELETE /api-keys/:id', { params: { id } });
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      tell(t('Revoked: it opens nothing from now on'));
    } catch (error) {
      tellProblem(error);
    }
  };
  const add = (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> {t('New key')}
    </button>
  );
  return (
    <>
      <Head
        title={t('API keys')}
        lead={t('For your own programs. Everything the app does, the API does too.')}
        help={t(
          'A key lets a program do over the API what its maker may do, or only the part that you choose. It is shown once, when it is made. It ends on its last day, when it is revoked, or when its maker is deactivated.',
        )}
        action={query.data?.length ? add : null}
      />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title={t('No keys yet')} action={add}>
          {t('A key does what its maker may do, or less.')}
        </Empty>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((k) => (
            <div key={k.id}>
              <KeyRound className="i ink3" />
              <span className="grow">
                <bdi className="strong">{k.name}</bdi>
                <span className="xs ink2 row">{facts(k)}</span>
              </span>
              {k.expiresAt && Date.parse(k.expiresAt) <= Date.now() ? (
                <span className="chip breach">{t('Ended')}</span>
              ) : null}
              {k.scopes.map((s) => (
                <span className="chip" key={s}>
                  {scopeNames[s] ?? <bdi>{s}</bdi>}
                </span>
              ))}
              <button type="button" className="btn sm" onClick={() => setChanging(k)}>
                {t('Change')}
              </button>
              <button type="button" className="btn sm danger" onClick={() => setRevoking(k)}>
                {t('Revoke')}
              </button>
            </div>
          ))}
        </div>
      ) : null}
      {query.data ? <Begin /> : null}
      {changing ? <ChangeKey of={changing} onClose={() => setChanging(null)} /> : null}
      {making ? <NewKey onClose={() => setMaking(false)} /> : null}
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t('Revoke {name}?', { name: revoking?.name ?? '' })}
        yes={t('Revoke')}
        onYes={() => revoking && void revoke(revoking.id)}
      >
        {t('Whatever uses it stops working at once. This can’t be taken back.')}
      </Confirm>
    </>
  );
};
