import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { byMail, inboxesQuery } from '../conversations/data.ts';
import { OwnRestored } from '../home/Person.tsx';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { MailPreview } from '../ui/MailPreview.tsx';
import { Spoken, Zones } from '../ui/places.tsx';
import { SavedCheck, SavedPick, SavedText } from '../ui/saved.tsx';

const Profile = () => {
  const me = useMe();
  const client = useQueryClient();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: useMay()('inbox.read') });
  const [inbox] = byMail(inboxes);
  const [signature, setSignature] = useState<string | null>(null);
  const save = (field: 'name' | 'language' | 'timeZone' | 'signature') => async (value: string) => {
    const body = { [field]: field === 'name' ? value.trim() : value };
    client.setQueryData(['me'], trust(await api('PATCH /me', { body })));
    await client.invalidateQueries({ queryKey: ['people'] });
  };
  return (
    <div className="beside">
      <div className="form card pad">
        <SavedText
          label={t('Name')}
          name="name"
          value={me.person.name}
          save={save('name')}
          wrong={(name) => (name.trim() ? undefined : t('Write your name: people see it beside your answers.'))}
        >
          <input className="input" dir="auto" autoComplete="name" maxLength={200} />
        </SavedText>
        <div className="form two">
          <SavedPick
            label={t('Language')}
            name="language"
            help={t('Words, dates, numbers and the direction of the screen.')}
            value={me.person.language}
            save={save('language')}
          >
            <Spoken />
          </SavedPick>
          <SavedPick
            label={t('Time zone')}
            name="timeZone"
            help={t('Snooze and every time you read.')}
            value={me.person.timeZone}
            save={save('timeZone')}
          >
            <Zones />
          </SavedPick>
        </div>
        <SavedText
          label={t('Your signature')}
          name="signature"
          optional
          help={t('Above the inbox’s, below what you send.')}
          value={me.person.signature}
          save={save('signature')}
          onDraft={setSignature}
        >
          <textarea className="input" rows={3} dir="auto" maxLength={4000} />
        </SavedText>
      </div>
      <MailPreview
        from={inbox?.name ?? me.workspace.name}
        own={signature ?? me.person.signature}
        shared={inbox?.settings.signature ?? ''}
      />
    </div>
  );
};

export const You = () => {
  useTitle(t('Your profile'));
  const me = useMe();
  const client = useQueryClient();
  return (
    <>
      <Head
        title={t('Your profile')}
        lead={<bdi>{me.person.email}</bdi>}
        help={t(
          'Who you are for colleagues and customers. Everything here is kept as you go. How you sign in stands on a page of its own.',
        )}
      />
      <Profile />
      <div className="form card pad">
        <SavedCheck
          label={t('Look at the tone before an answer is sent')}
          help={t(
            'What might sting is shown with why, once; the same button again sends it as it stands. It is read on this desk alone, kept nowhere, and nobody else sees it.',
          )}
          name="checksTone"
          value={me.checksTone}
          save={async (checksTone) => {
            client.setQueryData(['me'], trust(await api('PATCH /me', { body: { checksTone } })));
          }}
        />
      </div>
      <OwnRestored />
      <p>
        <Link className="link" to="/settings/security">
          {t('Sign-in and security')}
        </Link>
      </p>
    </>
  );
};
