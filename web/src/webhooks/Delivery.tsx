import type { WebhookAttempt } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { deliveryQuery } from './data.ts';
import { deliveryState, outcome } from './words.ts';

const headersOf = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
const pretty = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch (error) {
    // What is no JSON is shown as it stands.
    if (!(error instanceof SyntaxError)) throw error;
    return body;
  }
};

const Attempt = ({ one, open }: { one: WebhookAttempt; open: boolean }) => (
  <details open={open} className="hooktry">
    <summary>
      <span className="strong">{outcome(one)}</span>{' '}
      <span className="xs ink2">{t('{when} · {ms} ms', { when: full(one.at), ms: one.ms })}</span>
    </summary>
    {Object.keys(one.request).length > 0 ? (
      <>
        <h3 className="xs ink2">{t('Sent')}</h3>
        <pre className="hookcode" dir="ltr">
          {headersOf(one.request)}
        </pre>
      </>
    ) : null}
    {one.status !== null ? (
      <>
        <h3 className="xs ink2">{t('Answered')}</h3>
        <pre className="hookcode" dir="ltr">
          {`${one.status}\n${headersOf(one.headers)}${one.answer ? `\n\n${one.answer}` : ''}`}
        </pre>
      </>
    ) : null}
  </details>
);

/** One delivery: its tries with what was answered, and what was sent. */
export const Delivery = ({ id, onClose }: { id: string; onClose: () => void }) => {
  const client = useQueryClient();
  const query = useQuery({ ...deliveryQuery(id), refetchInterval: 3_000 });
  const [busy, setBusy] = useState(false);
  const one = query.data;
  const again = async () => {
    setBusy(true);
    try {
      client.setQueryData(
        deliveryQuery(id).queryKey,
        await api('POST /webhook-deliveries/:id/resend', { params: { id } }),
      );
      await client.invalidateQueries({ queryKey: ['webhooks'] });
      tell(t('It is sent again, under the same id'));
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const look = one ? deliveryState[one.state] : null;
  return (
    <Dialog open onClose={onClose} title={one?.type ?? t('Delivery')} wide>
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {one && look ? (
        <div className="stack hookdelivery">
          <div className="row wraps">
            <span className={`chip ${look.tone}`}>
              <look.icon className="i s13" />
              {look.label}
            </span>
            <code className="grow cut xs" dir="ltr">
              {one.messageId}
            </code>
            {one.state === 'sending' || one.type === 'webhook.test' ? null : (
              <button type="button" className={`btn sm${busy ? ' busy' : ''}`} onClick={() => void again()}>
                <RotateCw className="i s14" /> {t('Send again')}
              </button>
            )}
          </div>
          {one.attempts.map((attempt, n) => (
            <Attempt key={attempt.number} one={attempt} open={n === 0} />
          ))}
          <details open={one.attempts.length === 0}>
            <summary>{t('Body')}</summary>
            <pre className="hookcode" dir="ltr">
              {pretty(one.body)}
            </pre>
          </details>
        </div>
      ) : null}
    </Dialog>
  );
};
