import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { SavedCheck } from '../ui/saved.tsx';
import { Model } from './Model.tsx';
import './asking.css';

/** Whether customers are asked at the end, and the question as it stands in the mail. */
export const Asking = () => {
  useTitle(t('How customers feel'));
  const may = useMay()('workspace.write');
  const me = useMe();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['asking'], queryFn: () => api('GET /workspace/asking') });
  const { data } = query;
  return (
    <>
      <Head
        title={t('How customers feel')}
        lead={t('At the end, in their own words.')}
        help={t(
          'The start is read from what a customer writes and never asked. The end is asked once, in the answer that resolves: one tap opens a page that needs no sign-in, and its button makes it an answer. Nobody is asked twice within 14 days, and no one can leave out or repeat a single question.',
        )}
      />
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {data ? (
        <fieldset className="form card pad" disabled={!may}>
          <SavedCheck
            label={t('Ask in the answer that resolves')}
            help={t('Below the signature stand one question and three links. It counts from the next answer on.')}
            name="asksMood"
            value={data.asks}
            save={async (asksMood) => {
              await api('PATCH /workspace', { body: { asksMood } });
              await client.invalidateQueries({ queryKey: ['asking'] });
            }}
            disabled={!may}
          />
          <aside className={data.asks ? 'preview' : 'preview unasked'} aria-label={t('Preview of the question')}>
            <p className="label">{t('As it is read, in the language the customer writes')}</p>
            <div className="paper" lang={data.language} dir={data.language === 'ar' ? 'rtl' : 'ltr'}>
              <div className="sig">
                <bdi>{me.workspace.name}</bdi>
              </div>
              <div className="asked">
                <p>{data.question}</p>
                <p className="tops">
                  {data.answers.map((word) => (
                    <span key={word}>{word}</span>
                  ))}
                </p>
              </div>
            </div>
          </aside>
        </fieldset>
      ) : null}
      {may ? <Model /> : null}
    </>
  );
};
