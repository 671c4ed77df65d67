import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, Download, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { bytes, full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

/** Mail that could not be read. Nothing is ever dropped: here it waits, with the reason. */
export const Quarantine = () => {
  useTitle(t('Quarantine'));
  const may = useMay()('quarantine.write');
  const client = useQueryClient();
  const [aside, setAside] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['quarantine', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => api('GET /quarantine', { query: { cursor: pageParam, limit: 50 } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  const run = async (id: string, what: () => Promise<string>) => {
    setBusy(id);
    try {
      tell(await what());
      await client.invalidateQueries({ queryKey: ['quarantine'] });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(null);
    }
  };
  const retry = (id: string) =>
    void run(id, async () => {
      const { outcome, reason, why } = await api('POST /quarantine/:id/retry', { params: { id } });
      return outcome === 'processed'
        ? t('Read this time: it is in the inbox now')
        : t('Still not readable: {reason}', { reason: reasonWords({ why, text: reason }) });
    });
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <Head
            title={t('Quarantine')}
            lead={t(
              'Mail that arrived but could not be read. The raw file is kept; nothing was lost. Try again after an update, or read the raw file and set it aside.',
            )}
            help={t(
              'Hardly any mail ends here: one that is broken beyond reading, or names no sender who could be answered. Each says why. Trying again reads the same bytes with the reader of today. Set aside, it leaves this list, and its raw file stays.',
            )}
          />
          {query.isPending ? <SkeletonRows /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess && items.length === 0 ? (
            <Empty title={t('Every mail could be read')} sun>
              {t('What can’t be read is kept here and never lost. There is nothing to do.')}
            </Empty>
          ) : null}
          {items.length > 0 ? (
            <div className="card rowsof">
              {items.map((q) => (
                <div key={q.id} style={{ flexWrap: 'wrap' }}>
                  <div className="grow stack tight" style={{ gap: 2, flexBasis: 320 }}>
                    <span className="row">
                      <bdi dir="auto" className="strong cut">
                        {q.subject || t('No subject')}
                      </bdi>
                      <span className="xs ink3 num">{bytes(q.size)}</span>
                    </span>
                    <span className="xs ink2 wrap">
                      {q.attempts > 1 ? (
                        <Said
                          id="<0>{from}</0> · {when} · by {source} · tried {attempts} times"
                          values={{
                            from: q.from || t('Sender not readable'),
                            when: full(q.receivedAt),
                            source: q.source,
                            attempts: q.attempts,
                          }}
                          components={[<bdi key="0" />]}
                        />
                      ) : (
                        <Said
                          id="<0>{from}</0> · {when} · by {source}"
                          values={{
                            from: q.from || t('Sender not readable'),
                            when: full(q.receivedAt),
                            source: q.source,
                          }}
                          components={[<bdi key="0" />]}
                        />
                      )}
                    </span>
                    <span className="wrap" style={{ color: 'var(--breach-ink)' }}>
                      {reasonWords({ why: q.why, text: q.reason })}
                    </span>
                  </div>
                  {q.hasRaw ? (
                    <a className="btn sm" href={`/files/quarantine/${q.id}/raw`} download>
                      <Download className="i s14" /> {t('Raw file')}
                    </a>
                  ) : null}
                  {may ? (
                    <button
                      type="button"
                      className={`btn sm${busy === q.id ? ' busy' : ''}`}
                      onClick={() => retry(q.id)}
                    >
                      <RotateCw className="i s14" /> {t('Try again')}
                    </button>
                  ) : null}
                  {may ? (
                    <button type="button" className="btn sm quiet" onClick={() => setAside(q.id)}>
                      <Archive className="i s14" /> {t('Set aside')}
                    </button>
                  ) : null}
                </div>
              ))}
            </div>
          ) : null}
          <More of={query} />
        </div>
      </main>
      <Confirm
        open={aside !== null}
        onClose={() => setAside(null)}
        title={t('Set this mail aside for good?')}
        yes={t('Set aside')}
        danger={false}
        onYes={() =>
          aside &&
          void run(aside, async () => {
            await api('POST /quarantine/:id/ignore', { params: { id: aside } });
            return t('Set aside; the raw file is kept');
          })
        }
      >
        {t('It leaves this list and becomes no conversation. The raw file stays with Hearten.')}
      </Confirm>
    </div>
  );
};
