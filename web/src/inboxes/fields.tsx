import type { MailSettings } from '@hearten/contract';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Check, Field } from '../ui/form.tsx';
import { type Back, type Server, usualPort } from './settings.ts';

type Side = { host: string; port: number; security: Server['security']; user: string };
type Props = {
  kind: 'imap' | 'smtp';
  value: Side | null;
  host: string;
  user: string;
  has: boolean;
  security?: Server['security'];
  errors: Record<string, string>;
  sharable?: boolean;
};

/** Where and as whom. What is guessed from the address stays a guess until someone types over it. */
export const ServerFields = ({ kind, value, host, user, has, security = 'tls', errors, sharable = false }: Props) => {
  const [typed, setTyped] = useState<string | null>(value?.host ?? null);
  const [how, setHow] = useState<Server['security'] | null>(value?.security ?? null);
  const [port, setPort] = useState<number | null>(value?.port ?? null);
  const [name, setName] = useState<string | null>(value?.user ?? null);
  const [same, setSame] = useState(sharable);
  const chosen = how ?? security;
  return (
    <>
      <div className="three">
        <Field label={t('Server')} error={errors[`settings.${kind}.host`]}>
          <input
            className="input"
            name={`${kind}.host`}
            dir="ltr"
            autoComplete="off"
            value={typed ?? host}
            onChange={(e) => setTyped(e.target.value)}
            placeholder={t('{kind}.example.com', { kind })}
          />
        </Field>
        <Field label={t('Port')}>
          <input
            className="input"
            name={`${kind}.port`}
            type="number"
            min={1}
            max={65535}
            value={port ?? usualPort(kind, chosen)}
            onChange={(e) => setPort(e.target.value ? Number(e.target.value) : null)}
          />
        </Field>
        <Field label={t('Security')}>
          <select
            className="input"
            name={`${kind}.security`}
            value={chosen}
            onChange={(e) => {
              // A usual port follows; one that was typed stays.
              if (port === usualPort(kind, chosen)) setPort(null);
              setHow(e.target.value as Server['security']);
            }}
          >
            <option value="tls">{t('TLS')}</option>
            <option value="starttls">{t('STARTTLS')}</option>
            <option value="none">{t('None')}</option>
          </select>
        </Field>
      </div>
      {chosen === 'none' ? (
        <p className="help err">
          {t(
            'Without TLS the password and every mail can be read on the way. Only for a server on this same machine or network.',
          )}
        </p>
      ) : null}
      {sharable ? (
        <Check
          name="smtp.same"
          checked={same}
          onChange={setSame}
          label={t('Same user and password as for receiving')}
        />
      ) : null}
      {sharable && same ? null : (
        <div
          className="two"
          style={{ display: 'grid', gap: 16, gridTemplateColumns: 'repeat(auto-fit, minmax(190px, 1fr))' }}
        >
          <Field label={t('User')} optional={kind === 'smtp'}>
            <input
              className="input"
              name={`${kind}.user`}
              dir="ltr"
              autoComplete="off"
              value={name ?? user}
              onChange={(e) => setName(e.target.value)}
            />
          </Field>
          <Field
            label={t('Password')}
            help={has ? t('One is stored. Leave empty to keep it.') : undefined}
            optional={kind === 'smtp'}
          >
            <input
              className="input"
              name={`${kind}.password`}
              type="password"
              dir="ltr"
              autoComplete="new-password"
              placeholder={has ? '••••••••' : ''}
            />
          </Field>
        </div>
      )}
    </>
  );
};

/** How far back an old mailbox is read. Whatever is chosen, nothing is sent because of it. */
export const HowFarBack = ({ value }: { value: MailSettings['imap'] }) => {
  const [back, setBack] = useState<Back>(value?.all ? 'all' : value?.since ? 'since' : 'now');
  return (
    <fieldset style={{ gap: 4 }}>
      <legend className="label" style={{ fontSize: 'var(--t-xs)', fontWeight: 'var(--w-medium)' }}>
        {t('How far back')}
      </legend>
      <Check
        type="radio"
        name="back"
        value="now"
        checked={back === 'now'}
        onChange={() => setBack('now')}
        label={t('From now on')}
        help={t('What is in the mailbox already stays there.')}
      />
      <Check
        type="radio"
        name="back"
        value="since"
        checked={back === 'since'}
        onChange={() => setBack('since')}
        label={t('Since a day')}
      />
      {back === 'since' ? (
        <input
          className="input"
          type="date"
          name="since"
          aria-label={t('Since which day')}
          required
          style={{ maxInlineSize: 180, marginInlineStart: 24 }}
          defaultValue={value?.since?.slice(0, 10) ?? ''}
        />
      ) : null}
      <Check
        type="radio"
        name="back"
        value="all"
        checked={back === 'all'}
        onChange={() => setBack('all')}
        label={t('Everything')}
        help={t('The whole folder becomes conversations. Nobody is answered or notified.')}
      />
    </fieldset>
  );
};
