import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LampDesk, MailQuestion, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { practiceQuery, sampleQuery, useMoveTo } from './sample.ts';

/** Makes the sample workspace, shows how far it is, opens it when it is there. */
export const useSample = () => {
  const client = useQueryClient();
  const query = useQuery(sampleQuery);
  const moveTo = useMoveTo();
  const wanted = useRef(false);
  const put = (sample: typeof query.data) => client.setQueryData(sampleQuery.queryKey, sample ?? null);
  const make = async () => {
    wanted.current = true;
    try {
      put((await api('POST /sample')).sample);
    } catch (error) {
      tellProblem(error);
    }
  };
  const remove = async () => {
    const inside = query.data?.inside;
    try {
      put((await api('DELETE /sample')).sample);
      // The session stands at home again already: the page begins anew there.
      if (inside) location.assign('/settings/sample');
    } catch (error) {
      tellProblem(error);
    }
  };
  const before = useRef(query.data?.state);
  useEffect(() => {
    const was = before.current;
    before.current = query.data?.state;
    if (was === 'making' && query.data?.state === 'ready')
      tell(
        t('The sample workspace is ready'),
        // Who is in it already needs no way there.
        query.data.inside
          ? undefined
          : { label: t('Show'), run: () => void (query.data && moveTo(query.data.workspaceId)) },
      );
    if (was === 'removing' && query.data === null) tell(t('The sample workspace is gone. Nothing else was touched.'));
  }, [query.data, moveTo]);
  return { query, sample: query.data, make, remove, moveTo };
};

const Share = ({ done, total, label }: { done: number; total: number; label: string }) => (
  <div role="status">
    <p className="xs ink2">{label}</p>
    <progress className="share" max={Math.max(1, total)} value={done} aria-label={label} />
  </div>
);

const SampleCard = () => {
  const may = useMay()('workspace.write');
  const { query, sample, make, remove, moveTo } = useSample();
  const [asking, setAsking] = useState(false);
  if (query.isPending) return <SkeletonRows count={2} />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <section className="card pad stack" aria-labelledby="sample-title">
      <div className="row">
        <LampDesk className="i s20 ink3" />
        <h2 id="sample-title">{t('Northwind Lamps')}</h2>
        {sample?.inside ? <span className="chip accent">{t('you are in it')}</span> : null}
      </div>
      <p className="ink2">
        {t(
          'A shop with 160 customers in 25 companies, who wrote 1,200 conversations in six languages over ninety days. It is a workspace of its own: nothing of it is sent, nobody is notified, and nothing is counted in yours.',
        )}
      </p>
      {sample?.state === 'making' ? (
        <Share
          done={sample.done}
          total={sample.total}
          label={t('{done} of {total} conversations are there', { done: sample.done, total: sample.total })}
        />
      ) : null}
      {sample?.state === 'removing' ? (
        <Share
          done={sample.done}
          total={sample.total}
          label={t('{done} of {total} conversations are removed', { done: sample.done, total: sample.total })}
        />
      ) : null}
      <div className="feet row" style={{ flexWrap: 'wrap' }}>
        {sample === null && may ? (
          <button type="button" className="btn primary" onClick={() => void make()}>
            {t('Explore with sample conversations')}
          </button>
        ) : null}
        {sample?.state === 'ready' && !sample.inside && sample.mine ? (
          <button type="button" className="btn primary" onClick={() => void moveTo(sample.workspaceId)}>
            {t('Open the sample workspace')}
          </button>
        ) : null}
        {sample?.inside ? (
          <button type="button" className="btn primary" onClick={() => void moveTo(sample.home)}>
            {t('Back to my workspace')}
          </button>
        ) : null}
        {sample && sample.state !== 'removing' && may ? (
          <button type="button" className="btn danger" onClick={() => setAsking(true)}>
            <Trash2 className="i s14" /> {t('Remove it')}
          </button>
        ) : null}
        {sample === null && !may ? <p className="ink3">{t('An owner or manager can make it.')}</p> : null}
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('Remove the sample workspace?')}
        yes={t('Remove it')}
        onYes={() => void remove()}
      >
        {t(
          'All of it goes, with what you tried in it. Your own workspace is not touched, and a fresh one can be made again.',
        )}
      </Confirm>
    </section>
  );
};

const PracticeCard = () => {
  const may = useMay()('inbox.write');
  const client = useQueryClient();
  const query = useQuery(practiceQuery);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await api('DELETE /practice');
      await client.invalidateQueries();
      tell(t('The practice conversation is gone, with its inbox and its customer.'));
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (!query.data && !may) return null;
  return (
    <section className="card pad stack" aria-labelledby="practice-title">
      <div className="row">
        <MailQuestion className="i s20 ink3" />
        <h2 id="practice-title">{t('Be your own customer')}</h2>
      </div>
      <p className="ink2">
        {query.data
          ? t(
              'You wrote to yourself, and answered. Conversation, inbox and customer are still here; they exist on this machine alone.',
            )
          : t(
              'Write as a customer, answer as yourself, and see the answer arrive. Real mail, that never leaves this machine.',
            )}
      </p>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <Link className="btn" to="/welcome">
          {query.data ? t('Go on practising') : t('Begin')}
        </Link>
        {query.data && may ? (
          <button
            type="button"
            className={`btn danger${busy ? ' busy' : ''}`}
            disabled={busy}
            onClick={() => void end()}
          >
            <Trash2 className="i s14" /> {t('Remove the practice conversation')}
          </button>
        ) : null}
      </div>
    </section>
  );
};

/** Everything here that is not real, and the way to be rid of it. */
export const SampleData = () => {
  useTitle(t('Sample and practice'));
  const { workspace } = useMe();
  return (
    <>
      <Head
        title={t('Sample and practice')}
        lead={t('Look around in a full desk, or try one mail, before a customer sees anything.')}
        help={t(
          'The sample is a workspace of its own, which everyone here can enter from the menu with the workspace’s name. Answers in it are kept and marked, never sent. Removing it deletes that workspace alone. The practice conversation stands in your own workspace; its inbox reaches nobody but the customer you play.',
        )}
      />
      <div className="inboxkind">
        <SampleCard />
        {workspace.sampleOf ? null : <PracticeCard />}
      </div>
    </>
  );
};
