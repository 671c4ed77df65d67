import type { MailImport } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { CopyLine } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { ago, full, number } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { importsQuery } from './data.ts';

const MINUTE = 60_000;
/** A process that was killed can't say so: what has not moved for a minute stands still. */
const standsStill = (one: MailImport, now: number) =>
  one.state === 'running' && now - Date.parse(one.updatedAt) > MINUTE;

/** Archives on their way in: how far each is, what became of it, and the way to stop and to go on. */
export const ImportsSection = ({ inboxId, address }: { inboxId: string; address: string }) => {
  const query = useQuery(importsQuery(inboxId));
  return (
    <section className="card pad stack" aria-labelledby="imports">
      <div>
        <h2 id="imports">{t('Older mail')}</h2>
        <p className="ink2">
          {t(
            'An archive (mbox, Maildir) becomes conversations. Nothing is sent and nobody is notified. Run this on the machine of this Hearten, with the file or folder at its end:',
          )}
        </p>
      </div>
      <CopyLine
        value={`npm run -s hearten -- import --inbox ${address} FILE`}
        label={t('Command that imports an archive')}
      />
      {query.isPending ? <SkeletonRows count={1} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length ? (
        <ul className="findings">
          {query.data.map((one) => (
            <One key={one.id} inboxId={inboxId} one={one} />
          ))}
        </ul>
      ) : null}
    </section>
  );
};

const said = (one: MailImport, still: boolean): string => {
  if (still) return t('Stopped without a word {when}', { when: ago(one.updatedAt) });
  if (one.state === 'running') return t('Being imported');
  if (one.state === 'stopping') return t('Stopping');
  if (one.state === 'stopped') return t('Stopped {when}', { when: ago(one.updatedAt) });
  if (one.state === 'failed') return t('Could not go on');
  return one.finishedAt ? t('Imported {when}', { when: full(one.finishedAt) }) : t('Imported');
};

const One = ({ inboxId, one }: { inboxId: string; one: MailImport }) => {
  const client = useQueryClient();
  const may = useMay()('inbox.write');
  const [busy, setBusy] = useState(false);
  const still = standsStill(one, Date.now());
  const moving = !still && (one.state === 'running' || one.state === 'stopping');
  const name = one.path.split(/[\\/]/).at(-1) ?? one.path;
  const ask = async (what: 'stop' | 'resume') => {
    setBusy(true);
    try {
      await api(what === 'stop' ? 'POST /imports/:id/stop' : 'POST /imports/:id/resume', { params: { id: one.id } });
      await client.invalidateQueries({ queryKey: importsQuery(inboxId).queryKey });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li style={{ display: 'block' }}>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <span className="grow stack tight" style={{ gap: 2, flexBasis: 240 }}>
          <bdi className="strong cut" title={one.path}>
            {name}
          </bdi>
          <span className="xs ink2">
            {said(one, still)}
            {one.state === 'done' ? '' : ` · ${Math.floor(one.share * 100)} %`}
          </span>
        </span>
        {may && moving ? (
          <button
            type="button"
            className={`btn sm${busy || one.state === 'stopping' ? ' busy' : ''}`}
            aria-label={t('Stop importing {name}', { name })}
            onClick={() => void ask('stop')}
          >
            <Pause className="i s14" /> {t('Stop')}
          </button>
        ) : null}
        {may && (still || one.state === 'stopped' || one.state === 'failed') ? (
          <button
            type="button"
            className={`btn sm${busy ? ' busy' : ''}`}
            aria-label={t('Go on importing {name}', { name })}
            onClick={() => void ask('resume')}
          >
            <Play className="i s14" /> {t('Go on')}
          </button>
        ) : null}
      </div>
      {one.state === 'done' ? null : (
        <progress className="share" max={1} value={one.share} aria-label={t('How much of {name} is read', { name })} />
      )}
      <p className="xs ink2 num">
        <Said
          id="{read} read = {imported} imported + {known} already here + <0>{quarantined} in quarantine</0> + {ignored} left out (drafts, trash, spam)"
          values={{
            read: number(one.read),
            imported: number(one.imported),
            known: number(one.known),
            quarantined: number(one.quarantined),
            ignored: number(one.ignored),
          }}
          components={[one.quarantined > 0 ? <Link key="0" to="/quarantine" /> : <span key="0" />]}
        />
      </p>
      {one.text ? (
        <p className={`xs wrap${one.state === 'failed' ? ' help err' : ' ink2'}`}>{reasonWords(one)}</p>
      ) : null}
    </li>
  );
};
