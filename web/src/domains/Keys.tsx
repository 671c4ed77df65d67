import type { DkimKey, MailDomain } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Line } from './Line.tsx';

const states = {
  waiting: { tone: 'risk', label: t('Waits for its line') },
  signing: { tone: 'ok', label: t('Signs') },
  retired: { tone: '', label: t('Signs no more') },
} as const;
const kinds = { rsa: 'RSA', ed25519: 'Ed25519' } as const;
const said = (key: DkimKey): string =>
  key.state === 'signing' && key.signingAt
    ? t('Signs since {when}.', { when: full(key.signingAt) })
    : key.state === 'retired' && key.retiredAt
      ? t(
          'Signs no more since {when}. Leave its line in DNS for another week, for what is still on the way; then forget it here.',
          { when: full(key.retiredAt) },
        )
      : t('Signs once DNS shows its line.');

const Key = ({ of: key, again }: { of: DkimKey; again: () => Promise<void> }) => {
  const may = useMay()('inbox.write');
  const [ending, setEnding] = useState(false);
  const signs = key.state === 'signing';
  const end = async () => {
    try {
      await api('DELETE /dkim-keys/:id', { params: { id: key.id } });
      await again();
      tell(signs ? t('It signs no more') : t('The key is forgotten'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <li className="stack tight">
      <div className="row">
        <span className="grow wrap">
          <span className="strong">{key.selector}</span> <span className="ink3">{kinds[key.algorithm]}</span>
        </span>
        <span className={`chip ${states[key.state].tone}`}>{states[key.state].label}</span>
        {may ? (
          <button type="button" className="btn quiet sm" onClick={() => setEnding(true)}>
            {signs ? t('Stop signing') : t('Forget')}
            <span className="sr"> {key.selector}</span>
          </button>
        ) : null}
      </div>
      <p className="xs ink2">{said(key)}</p>
      {key.state === 'retired' ? null : (
        <details>
          <summary className="xs ink2">{t('Its line in DNS')}</summary>
          <Line line={key.line} />
        </details>
      )}
      <Confirm
        open={ending}
        onClose={() => setEnding(false)}
        title={
          signs
            ? t('Stop signing with {selector}?', { selector: key.selector })
            : t('Forget {selector}?', { selector: key.selector })
        }
        yes={signs ? t('Stop signing') : t('Forget')}
        onYes={() => void end()}
      >
        {signs
          ? t(
              'Answers leave without this signature from now on. To change to another key, make a new one instead: it takes over by itself.',
            )
          : t('The key is deleted here for good. Take its line out of DNS too.')}
      </Confirm>
    </li>
  );
};

/** The keys that sign what leaves. A new one is published first and takes over once DNS shows it. */
export const Keys = ({ domain: one }: { domain: MailDomain }) => {
  const client = useQueryClient();
  const may = useMay()('inbox.write');
  const [busy, setBusy] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: ['domains'] });
  const make = async (algorithm: 'rsa' | 'ed25519') => {
    setBusy(true);
    try {
      await api('POST /domains/:domain/keys', { params: { domain: one.domain }, body: { algorithm } });
      await api('POST /domains/:domain/check', { params: { domain: one.domain } });
      await again();
      tell(t('The key is made. Publish its line; signing begins when DNS shows it.'));
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const has = (algorithm: 'rsa' | 'ed25519', state?: DkimKey['state']) =>
    one.keys.some((key) => key.algorithm === algorithm && key.state !== 'retired' && (!state || key.state === state));
  return (
    <section className="stack tight" aria-label={t('Keys of {domain}', { domain: one.domain })}>
      <h3>{t('Signing')}</h3>
      {one.keys.length > 0 ? (
        <ul className="stack">
          {one.keys.map((key) => (
            <Key key={key.id} of={key} again={again} />
          ))}
        </ul>
      ) : null}
      {may ? (
        <div className="row wraps">
          {has('rsa', 'waiting') ? null : (
            <button type="button" className={`btn${busy ? ' busy' : ''}`} onClick={() => void make('rsa')}>
              <KeyRound className="i s14" /> {has('rsa') ? t('Change to a new key') : t('Sign what leaves')}
            </button>
          )}
          {has('rsa', 'signing') && !has('ed25519') ? (
            <button type="button" className={`btn quiet${busy ? ' busy' : ''}`} onClick={() => void make('ed25519')}>
              {t('Also sign with Ed25519')}
            </button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
};
