import type { Inbox } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { MailPreview } from '../ui/MailPreview.tsx';
import { SavedCheck, SavedText } from '../ui/saved.tsx';
import type { Habits as Kept } from './settings.ts';

/** The address of the practice inbox, which exists on this machine alone. */
export const practises = (address: string): boolean => /@practice-[0-9a-f]{12}\.invalid$/.test(address);

/** How an inbox writes: each thing kept as it is chosen, and shown as it arrives. */
export const Habits = ({ inbox, may }: { inbox: Inbox; may: boolean }) => {
  const client = useQueryClient();
  const me = useMe();
  const [draft, setDraft] = useState<{ name?: string; signature?: string }>({});
  const put = async (body: { name?: string; enabled?: boolean; habits?: Partial<Kept> }) => {
    const next = await api('PATCH /inboxes/:id', { params: { id: inbox.id }, body });
    client.setQueryData(inboxesQuery.queryKey, (all) => all?.map((one) => (one.id === next.id ? next : one)));
    setDraft({});
  };
  const s = inbox.settings;
  return (
    <div className="beside">
      <fieldset disabled={!may} className="form card pad">
        <legend className="sr">{t('Answers')}</legend>
        <h2>{t('Answers')}</h2>
        <SavedText
          label={t('Name customers see as the sender')}
          name="name"
          value={inbox.name}
          save={(name) => put({ name: name.trim() })}
          wrong={(name) => (name.trim() ? undefined : t('An inbox needs a name: customers see it as the sender.'))}
          onDraft={(name) => setDraft({ ...draft, name })}
        >
          <input className="input" dir="auto" maxLength={200} />
        </SavedText>
        <SavedText
          label={t('Signature below every answer')}
          name="signature"
          optional
          value={s.signature}
          save={(signature) => put({ habits: { signature } })}
          onDraft={(signature) => setDraft({ ...draft, signature })}
        >
          <textarea className="input" rows={3} dir="auto" maxLength={4000} />
        </SavedText>
        <SavedText
          label={t('Time to take an answer back')}
          name="undoSeconds"
          help={t('Seconds between Send and leaving; 0 sends at once.')}
          value={String(s.undoSeconds)}
          save={(seconds) => put({ habits: { undoSeconds: Number(seconds) } })}
          wrong={(seconds) =>
            /^\d{1,2}$/.test(seconds.trim()) && Number(seconds) <= 60
              ? undefined
              : t('A number of seconds from 0 to 60.')
          }
        >
          <input className="input" inputMode="numeric" style={{ maxInlineSize: 120 }} />
        </SavedText>
        <SavedCheck
          label={t('Quote what was said before below each answer')}
          value={s.quoteHistory}
          save={(quoteHistory) => put({ habits: { quoteHistory } })}
        />
        <SavedCheck
          label={t('Acknowledge the first mail of a conversation')}
          help={t('One short mail at most; never to machines, lists or loops.')}
          value={s.acknowledge}
          save={(acknowledge) => put({ habits: { acknowledge } })}
        />
        {s.acknowledge ? (
          <p className="xs">
            <Link className="link" to="/settings/mails">
              {t('What the acknowledgement says')}
            </Link>
          </p>
        ) : null}
        {practises(inbox.address) ? null : (
          <>
            <SavedCheck
              label={t('Let answers come back to a plus address')}
              help={t('support+…@ names the conversation. Off for mail servers that know no plus addresses.')}
              value={s.plusAddress}
              save={(plusAddress) => put({ habits: { plusAddress } })}
            />
            <SavedCheck
              label={t('Fetch mail from this mailbox')}
              value={inbox.enabled}
              save={(enabled) => put({ enabled })}
            />
          </>
        )}
      </fieldset>
      <MailPreview
        from={draft.name ?? inbox.name}
        own={me.person.signature}
        shared={draft.signature ?? s.signature}
        quotes={s.quoteHistory}
      />
    </div>
  );
};

/** The practice inbox has nothing to connect. */
export const PracticeInbox = ({ inbox, may }: { inbox: Inbox; may: boolean }) => (
  <>
    <p className="said info">
      {t(
        'This is your practice inbox. It exists on this machine alone: nothing is fetched for it, and it writes to nobody but the customer you play.',
      )}{' '}
      <Link className="link" to="/settings/sample">
        {t('Remove it')}
      </Link>
    </p>
    <Habits inbox={inbox} may={may} />
  </>
);
