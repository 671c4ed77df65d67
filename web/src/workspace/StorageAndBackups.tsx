import type { Backup, Storage } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { bytes, full } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';

const Kept = ({ storage }: { storage: Storage }) => {
  const { quota } = storage;
  const near = quota !== null && storage.bytes >= quota * 0.8;
  return (
    <section className="card pad stack" aria-labelledby="kept-title">
      <h2 id="kept-title">{t('Mails and files')}</h2>
      <p className="num">
        {t('{files, plural, one {# file} other {# files}}, {size}', {
          files: storage.files,
          size: bytes(storage.bytes),
        })}
      </p>
      {quota === null ? null : (
        <div>
          <p className="xs ink2">{t('of {quota} that this workspace may keep', { quota: bytes(quota) })}</p>
          <progress className="share" max={quota} value={storage.bytes} aria-label={t('Mails and files')} />
        </div>
      )}
      {near ? (
        <p role="status">
          <CircleAlert className="i s14" aria-hidden="true" />{' '}
          {t('Nearly full. At the limit uploads are refused; mail is always taken.')}
        </p>
      ) : null}
    </section>
  );
};

const One = ({ backup }: { backup: Backup }) => {
  if (backup.state === 'running')
    return (
      <li>
        <div className="row">
          <LoaderCircle className="i s14 ink3" aria-hidden="true" />
          <span>{t('Being made since {when}', { when: full(backup.beganAt) })}</span>
        </div>
        <progress className="share" max={1} value={backup.progress} aria-label={t('Being made')} />
      </li>
    );
  const done = backup.state === 'done';
  const said = reasonWords({ why: backup.why, text: backup.reason });
  return (
    <li className="row">
      {done ? (
        <CircleCheck className="i s14" aria-hidden="true" style={{ color: 'var(--ok-ink)' }} />
      ) : (
        <CircleAlert className="i s14" aria-hidden="true" style={{ color: 'var(--danger-ink)' }} />
      )}
      <span style={{ overflowWrap: 'anywhere', minInlineSize: 0 }}>
        {done
          ? t('{when}, {size} written', { when: full(backup.beganAt), size: bytes(backup.written) })
          : t('{when} failed: {reason}', { when: full(backup.beganAt), reason: said })}
        {done && said ? <span className="xs ink2"> {said}</span> : null}
      </span>
    </li>
  );
};

const Backups = () => {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const query = useQuery({
    queryKey: ['backups'],
    queryFn: () => api('GET /backups'),
    refetchInterval: (q) => (q.state.data?.backups.some((one) => one.state === 'running') ? 2_000 : 30_000),
  });
  if (query.isPending) return <SkeletonRows count={3} />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const { to, at, keep, encrypted, backups } = query.data;
  const running = backups.some((one) => one.state === 'running');
  const make = async () => {
    setBusy(true);
    try {
      const { backups: now } = await api('POST /backups');
      client.setQueryData(['backups'], { ...query.data, backups: now });
    } catch (error) {
      tellProblem(error);
      void query.refetch(); // another may be being made
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card pad stack" aria-labelledby="backups-title">
      <h2 id="backups-title">{t('Backups')}</h2>
      {to === null ? (
        <p>
          {t(
            'No place for backups is set, so none is made by itself. Whoever runs the server sets BACKUP_TO to a folder or a bucket.',
          )}
        </p>
      ) : (
        <>
          <p className="ink2" style={{ overflowWrap: 'anywhere' }}>
            {t('To {place}: {at} (UTC). Kept are {keep} (days, weeks, months).', { place: to, at, keep })}{' '}
            {encrypted
              ? t('Encrypted with a passphrase.')
              : t('Not encrypted: whoever has a backup can read all mail.')}
          </p>
          <div className="feet">
            <button type="button" className="btn" disabled={busy || running} onClick={() => void make()}>
              <Archive className="i s14" /> {t('Back up now')}
            </button>
          </div>
        </>
      )}
      {backups.length === 0 ? <p className="ink3">{t('No backup yet.')}</p> : null}
      <ul className="backups">
        {backups.map((one) => (
          <One key={one.id} backup={one} />
        ))}
      </ul>
    </section>
  );
};

/** How much is kept, and the copies of it. */
export const StorageAndBackups = () => {
  useTitle(t('Storage and backups'));
  const may = useMay();
  const query = useQuery({ queryKey: ['storage'], queryFn: () => api('GET /storage') });
  return (
    <>
      <Head
        title={t('Storage and backups')}
        lead={t('How much this workspace keeps, and the copies made of it.')}
        help={t(
          'A backup holds everything of this installation as of one moment: conversations, mails, files, settings. Whoever runs the server decides where to, how often and for how long; docs/backup.md has the steps, and those of restoring.',
        )}
      />
      <div className="stack">
        {query.isPending ? <SkeletonRows count={2} /> : null}
        {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
        {query.data ? <Kept storage={query.data} /> : null}
        {may('data.workspace') ? <Backups /> : null}
      </div>
    </>
  );
};
