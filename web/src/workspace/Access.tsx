import type { SignInRules } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Problem } from '../problem.ts';
import { Confirm } from '../ui/float.tsx';
import { Check, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { Companies } from './Companies.tsx';

type Part = { rules: SignInRules; owner: boolean; kept: (next: SignInRules) => void };

const SecondFactor = ({ rules, owner, kept }: Part) => {
  const [on, setOn] = useState(rules.secondFactor !== null);
  const form = useSubmit(async (data) => {
    const secondFactor = on ? { graceDays: Number(data.get('graceDays') || 0) } : null;
    kept(await api('PUT /workspace/sign-in', { body: { secondFactor } }));
  });
  return (
    <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
      <h2>{t('A second factor for everyone')}</h2>
      <p className="ink2">
        {t(
          'A passkey, or codes of an app. Whoever has none is led to set one up at the next sign-in, and can do nothing else before.',
        )}
      </p>
      <Check label={t('Everyone needs a second factor')} checked={on} onChange={setOn} disabled={!owner} />
      {on ? (
        <Field
          label={t('Days to set it up')}
          help={rules.secondFactor ? t('Counted from {when}.', { when: date(rules.secondFactor.since) }) : undefined}
        >
          <input
            className="input num"
            name="graceDays"
            type="number"
            min={0}
            max={90}
            defaultValue={rules.secondFactor?.graceDays ?? 7}
            disabled={!owner}
            style={{ maxInlineSize: 120 }}
          />
        </Field>
      ) : null}
      {rules.without.length > 0 ? (
        <p className="ink2">
          {t('{n, plural, one {One person has none yet: {names}} other {# people have none yet: {names}}}', {
            n: rules.without.length,
            names: rules.without.slice(0, 20).join(', '),
          })}
        </p>
      ) : null}
      <FormError error={form.error} />
      {owner ? (
        <div className="feet">
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      ) : null}
    </form>
  );
};

const Networks = ({ rules, owner, kept }: Part) => {
  const { email } = useMe().person;
  const [asking, setAsking] = useState<string[] | null>(null);
  const save = async (networks: string[], confirmed: boolean) =>
    kept(await api('PUT /workspace/sign-in', { body: { networks, ...(confirmed ? { confirmed } : {}) } }));
  const form = useSubmit(async (data) => {
    const networks = String(data.get('networks'))
      .split(/[\s,]+/)
      .filter(Boolean);
    try {
      await save(networks, false);
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith('/shuts-you-out')) return setAsking(networks);
      throw error;
    }
  });
  return (
    <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
      <h2>{t('Networks')}</h2>
      <p className="ink2">{t('People and API keys are let in from these only. Empty: from everywhere.')}</p>
      <Field
        label={t('Allowed networks')}
        help={t('One a line, like 203.0.113.0/24 or 2001:db8::/32. Yours is {address}.', {
          address: rules.yourAddress,
        })}
        error={form.fields.networks}
      >
        <textarea
          className="input num"
          name="networks"
          rows={4}
          dir="ltr"
          defaultValue={rules.networks.join('\n')}
          disabled={!owner}
        />
      </Field>
      <FormError error={form.error} fields={['networks']} />
      {owner ? (
        <div className="feet">
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      ) : null}
      <Confirm
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t('Shut yourself out?')}
        yes={t('I mean it')}
        onYes={() => asking && void save(asking, true).catch(form.setError)}
      >
        {t(
          'Your own address, {address}, is in none of these networks. You are out at once, and come back from one of them only; or whoever runs this Hearten lifts it on the machine, with: hearten sign-in --email {email} --networks',
          { address: rules.yourAddress, email },
        )}
      </Confirm>
    </form>
  );
};

/** How everyone has to sign in. */
export const Access = () => {
  useTitle(t('Sign-in for everyone'));
  const owner = useMe().person.role === 'owner';
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['sign-in-rules'], queryFn: () => api('GET /workspace/sign-in') });
  const kept = (next: SignInRules) => {
    client.setQueryData(['sign-in-rules'], next);
    void client.invalidateQueries({ queryKey: ['me'] });
    tell(t('Saved'));
  };
  return (
    <>
      <Head
        title={t('Sign-in for everyone')}
        lead={t('What this workspace asks of whoever comes in.')}
        help={t(
          'It counts at once, also for people and programs that are signed in. Only an owner may change it. Whoever runs this Hearten can lift it on the machine, with the command hearten sign-in.',
        )}
      />
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data ? (
        <>
          <SecondFactor key={JSON.stringify(query.data.secondFactor)} rules={query.data} owner={owner} kept={kept} />
          <Companies rules={query.data} owner={owner} kept={kept} />
          <Networks rules={query.data} owner={owner} kept={kept} />
        </>
      ) : null}
    </>
  );
};
