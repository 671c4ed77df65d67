import type { Message, Recipient } from '@hearten/contract';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { due, full, said } from '../ui/time.ts';
import { isWell, recipientsOf, stateWords, unknownMeans } from './delivery.ts';

export type Again = (to?: { address: string; instead?: string }) => Promise<void>;

/** Another address for one recipient; the same message goes there. */
const Correct = ({ address, onClose, again }: { address: string; onClose: () => void; again: Again }) => {
  const form = useSubmit(async (data) => {
    await again({ address, instead: String(data.get('instead') ?? '').trim() });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={t('Correct the address')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field
          label={t('Send it here instead of {address}', { address })}
          help={t('Only this recipient gets it again. An answer from there belongs to this conversation.')}
          error={form.fields.instead}
        >
          <input className="input" name="instead" type="email" required defaultValue={address} autoComplete="off" />
        </Field>
        <FormError error={form.error} fields={['instead']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Send again')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

const toneOf = (r: Recipient): string =>
  isWell(r) ? '' : r.state === 'refused' || r.state === 'bounced' ? 'bad' : 'doubt';

/** Each recipient with what is known of it, why in plain words, and what was and will be tried. */
export const DeliveryDetails = ({ message, again, may }: { message: Message; again: Again; may: boolean }) => {
  const [correcting, setCorrecting] = useState<string | null>(null);
  const tries = message.delivery?.tries ?? [];
  const next = message.delivery?.next ?? [];
  return (
    <div className="deliv-more">
      {message.state === 'unknown' ? <p>{unknownMeans}</p> : null}
      <ul>
        {recipientsOf(message).map((r) => (
          <li key={r.address}>
            <bdi className="who-to">{r.address}</bdi>
            <span
              className={`state ${toneOf(r)}`}
              title={r.said ? t('The mail server said: {said}', { said: r.said }) : undefined}
            >
              {stateWords(r)}
            </span>
            {r.text && !isWell(r) && r.state !== 'unknown' ? <span className="why">{reasonWords(r)}</span> : null}
            {may && toneOf(r) === 'bad' && message.delivery ? (
              <span className="ways">
                <button type="button" className="btn link" onClick={() => void again({ address: r.address })}>
                  {t('Resend to this recipient')}
                </button>
                <button type="button" className="btn link" onClick={() => setCorrecting(r.address)}>
                  {t('Correct the address and resend')}
                </button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {tries.length > 0 ? (
        <details>
          <summary>
            {next.length > 0
              ? t('{n, plural, one {One try so far} other {# tries so far}} · next {next} · gives up {end}', {
                  n: tries.length,
                  next: due(next[0] as string),
                  end: due(next.at(-1) as string),
                })
              : t('{n, plural, one {One try so far} other {# tries so far}}', { n: tries.length })}
          </summary>
          <ol>
            {tries.map((one) => (
              <li key={one.at}>
                <time title={full(one.at)}>{said(one.at)}</time> {reasonWords(one)}
              </li>
            ))}
            {next.map((at, n) => (
              <li key={at} className="ink3">
                <time title={full(at)}>{due(at)}</time>{' '}
                {n === next.length - 1 ? t('the last try; then it counts as not delivered') : t('to be tried again')}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
      {correcting ? <Correct address={correcting} onClose={() => setCorrecting(null)} again={again} /> : null}
    </div>
  );
};
