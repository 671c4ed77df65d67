import type { Practice } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, Mail } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { sendsByKeys } from '../conversations/sendsByKeys.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Said } from '../ui/kit.tsx';
import { clock } from '../ui/time.ts';
import { BrandMark } from '../workspace/Brand.tsx';
import { brandQuery, inkOn } from '../workspace/brand.ts';
import { practiceQuery } from '../workspace/sample.ts';
import { Looks } from './Looks.tsx';

/** The customer's side: what was written, what came back, and one field to write in. */
export const Customer = ({
  practice,
  onArrived,
}: {
  practice: Practice | null;
  onArrived: (milliseconds: number) => void;
}) => {
  const me = useMe();
  const client = useQueryClient();
  const { data: brand } = useQuery(brandQuery);
  const mails = practice?.mails ?? [];
  const [typed, setText] = useState<string | null>(null);
  // A first question is proposed; after it, what one writes is one's own.
  const text = typed ?? (mails.length === 0 ? t('Does the lamp come with a bulb?') : '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came last is what one wants to see
  useEffect(() => {
    // In some browsers this gives a promise, which is no way to clean up.
    end.current?.scrollIntoView({ block: 'end' });
  }, [mails.length]);
  const send = async () => {
    if (busy || !text.trim()) return;
    setBusy(true);
    setError(null);
    try {
      const first = me.person.name.split(' ')[0] ?? me.person.name;
      const out = await api('POST /practice/mails', {
        body: {
          text: text.trim(),
          name: t('{name} (customer)', { name: first }),
          inbox: t('{name} (practice)', { name: me.workspace.name }),
        },
      });
      client.setQueryData(practiceQuery.queryKey, out.practice);
      setText('');
      onArrived(out.took);
      await client.invalidateQueries({ queryKey: ['inboxes'] });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const waits = mails.at(-1)?.from === 'you';
  return (
    <div className="win">
      <div className="url" aria-hidden="true">
        <i />
        <i />
        <i />
        <span dir={brand?.site ? 'ltr' : undefined}>
          {brand?.site.replace(/^https?:\/\//, '') || t('your website')}
        </span>
      </div>
      <div
        className="sign"
        style={brand?.colour ? { background: brand.colour, color: inkOn(brand.colour) } : undefined}
      >
        <BrandMark brand={brand?.logo ? brand : undefined} name={me.workspace.name} size={32} />
        <bdi className="nm">{me.workspace.name}</bdi>
      </div>
      <div className="mails" role="log" aria-label={t('Your mails as a customer')}>
        {mails.length === 0 ? (
          <p className="ink2">
            {t(
              'You have a question for {name}. Write it below: a real mail, that takes the way of every customer’s mail and never leaves this machine.',
              { name: me.workspace.name },
            )}
          </p>
        ) : null}
        {mails.map((mail) => (
          <article key={mail.id} className={`mail ${mail.from}`}>
            <div className="by">
              <bdi className="strong">{mail.from === 'you' ? t('You') : mail.name}</bdi>
              <time dateTime={mail.at}>{clock(mail.at)}</time>
            </div>
            {mail.hasHtml ? (
              <Looks
                id={mail.id}
                title={t('Mail from {name}', { name: mail.name })}
                grown={() => end.current?.scrollIntoView({ block: 'end' })}
              />
            ) : (
              <bdi>{mail.text.trim()}</bdi>
            )}
          </article>
        ))}
        {waits ? (
          <div className="wait">
            <Eye className="i s14" />
            {t('It lies on the other side, before {name}.', { name: me.person.name })}
          </div>
        ) : null}
        <div ref={end} />
      </div>
      <form
        className="ask"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
        onKeyDown={sendsByKeys}
      >
        <textarea
          className="input"
          rows={2}
          dir="auto"
          maxLength={4000}
          aria-label={t('Write as a customer')}
          placeholder={t('Write as a customer')}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <Said error={error} />
        <div className="feet">
          <button
            type="submit"
            className={`btn${mails.length === 0 ? ' primary' : ''}${busy ? ' busy' : ''}`}
            disabled={busy || !text.trim()}
          >
            <Mail className="i s14" /> {mails.length === 0 ? t('Send as a customer') : t('Write back')}
          </button>
          {practice ? (
            <span className="xs ink3 cut" dir="ltr">
              {practice.customer}
            </span>
          ) : null}
        </div>
      </form>
    </div>
  );
};
