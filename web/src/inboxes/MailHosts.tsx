import type { Inbox } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Field } from '../ui/form.tsx';

/** Microsoft 365 writes no name; ours for it is no host that a person would know. */
const NAMELESS = 'protection.outlook.com';
const listed = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);

/** Whose word about senders is believed. What the latest mails show is proposed; a person says yes. */
export const MailHosts = ({ inbox, may }: { inbox?: Inbox; may: boolean }) => {
  const [text, setText] = useState(inbox?.settings.trustedHosts.join(', ') ?? '');
  const { data } = useQuery({
    queryKey: ['mail-hosts', inbox?.id],
    queryFn: () => api('GET /inboxes/:id/mail-hosts', { params: { id: inbox?.id ?? '' } }),
    enabled: inbox !== undefined && may,
    staleTime: 60_000,
  });
  const proposed = data?.items.find((one) => one.likely && !listed(text).includes(one.host));
  return (
    <fieldset disabled={!may} className="card pad">
      <legend className="sr">{t('Checks of senders')}</legend>
      <h2>{t('Checks of senders')}</h2>
      <p className="ink2">
        {t(
          'Whether a mail is from whom it says is shown beside its sender. Your mail host usually checks that and notes it in each mail; what it notes is believed only under a name you trust. Otherwise Hearten checks by itself.',
        )}
      </p>
      {proposed ? (
        <div className="row wrap propose" role="note">
          <ShieldCheck className="i s16 ink2" />
          <span className="grow">
            {proposed.host === NAMELESS ? (
              t('Your mail host notes its checks as Microsoft 365 does. Trust them?')
            ) : (
              <Said
                id="Your mail host signs its checks as <0>{host}</0>. Trust it?"
                values={{ host: proposed.host }}
                components={[<bdi key="0" className="strong" />]}
              />
            )}
            <span className="help">
              {' '}
              {t('Seen on {mails} of the last {of} mails. For mail from now on, once you save.', {
                mails: proposed.mails,
                of: data?.of,
              })}
            </span>
          </span>
          <button type="button" className="btn sm" onClick={() => setText([...listed(text), proposed.host].join(', '))}>
            {t('Trust it')}
          </button>
        </div>
      ) : null}
      <Field
        label={t('Trusted mail hosts')}
        optional
        help={t(
          'As they name themselves at the beginning of Authentication-Results, for example mx.example.com. Only your own mail host: whoever stands here can say of any mail that it is genuine.',
        )}
      >
        <input
          className="input"
          name="trustedHosts"
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
      </Field>
    </fieldset>
  );
};
