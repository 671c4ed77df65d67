import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, Mark, useTitle } from '../ui/kit.tsx';
import { hereLanguage, hereZone, Spoken, Zones } from '../ui/places.tsx';
import { dropToken, useToken } from './fragment.ts';
import { Gate } from './Gate.tsx';
import { beginClock, lookLater, Steps } from './steps.tsx';

const kept = 'setup';
/** What was answered before a reload; never the password. */
const answered = (): { name: string; email: string } => ({
  name: '',
  email: '',
  ...(JSON.parse(sessionStorage.getItem(kept) ?? '{}') as object),
});

const isGone = (error: unknown): true => {
  if (error instanceof Problem && error.status === 404) return true;
  throw error;
};
/** Set up already, no link, a link that is good for nothing, or one that opens: told before anything is filled in. */
const lookAt = async (token: string): Promise<'closed' | 'none' | 'gone' | 'open'> => {
  if ((await api('GET /setup').catch(isGone)) === true) return 'closed';
  if (!token) return 'none';
  return (await api('POST /setup/look', { body: { token } }).catch(isGone)) === true ? 'gone' : 'open';
};

/** Where the one who runs Hearten gets a link from. */
const NewLink = () => (
  <>
    <p>{t('No link at hand? This prints a new one, in the folder of Hearten on the machine it runs on:')}</p>
    <CopyLine value="npm run -s hearten -- setup --link" label={t('Command')} />
  </>
);

/** The first visitor with the one-time link becomes the owner. Two questions, then one is one's own first customer. */
export const SetUp = () => {
  useTitle(t('Set up'));
  const token = useToken();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, isPending, isError, error, refetch } = useQuery({
    queryKey: ['setup', token],
    queryFn: () => lookAt(token),
    staleTime: 0,
    // A newer link pasted into this tab is looked at while what was filled in stays.
    placeholderData: (before) => before,
  });
  const [step, setStep] = useState(0);
  const [you, setYou] = useState({ ...answered(), password: '' });
  const [desk, setDesk] = useState({ workspace: '', site: '' });
  const [first, setFirst] = useState<{ name?: string; email?: string }>({});
  const form = useSubmit(async (fields) => {
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    if (step === 0) {
      const who = { name: text('name'), email: text('email') };
      const wrong = {
        ...(who.name ? {} : { name: t('Write your name: people see it beside your answers.') }),
        ...(/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(who.email)
          ? {}
          : { email: t('This is not a whole address: name@example.com.') }),
      };
      setFirst(wrong);
      if (Object.keys(wrong).length > 0) return;
      sessionStorage.setItem(kept, JSON.stringify(who));
      beginClock();
      setYou({ ...who, password: String(fields.get('password')) });
      return setStep(1);
    }
    const me = trust(
      await api('POST /setup', {
        body: { token, ...you, workspace: text('workspace'), language: text('language'), timeZone: text('timeZone') },
      }),
    );
    dropToken();
    sessionStorage.removeItem(kept);
    if (text('site')) lookLater(text('site'));
    client.clear();
    client.setQueryData(['me'], me);
    await navigate({ to: '/welcome' });
  });
  if (isPending) return <Gate title={t('One moment')} />;
  if (isError)
    return (
      <Gate title={t('Not reachable')}>
        <Failed error={error} retry={() => void refetch()} />
      </Gate>
    );
  if (data === 'closed')
    return (
      <Gate title={t('Already set up')} lead={t('This Hearten has its owner. Sign in, or ask them for an invitation.')}>
        <Link className="btn primary" to="/sign-in">
          {t('Sign in')}
        </Link>
      </Gate>
    );
  if (data === 'none')
    return (
      <Gate
        title={t('Open the set-up link')}
        lead={t(
          'This Hearten is new. When it started it printed a one-time link in the terminal: open that, and you become its owner.',
        )}
        wide
      >
        <NewLink />
      </Gate>
    );
  if (data === 'gone')
    return (
      <Gate
        title={t('This set-up link doesn’t work')}
        lead={t(
          'It is not whole, is more than a week old, or a newer one was printed: each start of Hearten prints one, and only the newest works. Nothing was set up, and nothing is lost.',
        )}
        wide
      >
        <NewLink />
      </Gate>
    );
  const back = form.fields.email || form.fields.password || form.fields.name;
  return (
    <div className="gate">
      <header>
        <Mark />
        {t('Hearten')}
        <Steps at={step} />
      </header>
      <main id="main">
        <div className="box wide">
          <div>
            <h1>{step === 0 ? t('First, you') : t('Your workspace')}</h1>
            <p className="lead">
              {step === 0
                ? t('You become the owner and can invite everyone else.')
                : t('What you would call the place where you all answer. It can be changed later.')}
            </p>
          </div>
          <form className="form" key={step} onSubmit={(e) => void form.submit(e)}>
            {step === 0 ? (
              <>
                <Field label={t('Name')} error={first.name}>
                  <input
                    className="input"
                    name="name"
                    dir="auto"
                    autoComplete="name"
                    required
                    autoFocus
                    defaultValue={you.name}
                  />
                </Field>
                <Field label={t('E-mail')} error={first.email}>
                  <input
                    className="input"
                    name="email"
                    type="email"
                    autoComplete="username"
                    required
                    dir="ltr"
                    defaultValue={you.email}
                  />
                </Field>
                <Field
                  label={t('Password')}
                  help={t('10 characters or more. A few words you remember are better than one you don’t.')}
                >
                  <input
                    className="input"
                    name="password"
                    type="password"
                    autoComplete="new-password"
                    minLength={10}
                    required
                    dir="ltr"
                    defaultValue={you.password}
                  />
                </Field>
                <Submit busy={form.busy}>{t('Next')}</Submit>
              </>
            ) : (
              <>
                <Field label={t('Name of the workspace')} error={form.fields.workspace}>
                  <input
                    className="input"
                    name="workspace"
                    dir="auto"
                    autoComplete="organization"
                    required
                    autoFocus
                    defaultValue={desk.workspace}
                    placeholder={t('Northwind Lamps')}
                  />
                </Field>
                <Field
                  label={t('Website')}
                  optional
                  help={t('Looked at once, by your server, for colour and logo. Both can be changed.')}
                >
                  <input
                    className="input"
                    name="site"
                    dir="ltr"
                    defaultValue={desk.site}
                    inputMode="url"
                    placeholder={t('shop.example')}
                    maxLength={300}
                  />
                </Field>
                <div className="form two">
                  <Field label={t('Language')} help={t('Of the screens, and of mails from Hearten.')}>
                    <Spoken name="language" value={hereLanguage()} />
                  </Field>
                  <Field label={t('Time zone')}>
                    <Zones name="timeZone" value={hereZone()} />
                  </Field>
                </div>
                <FormError error={form.error} fields={['workspace']} />
                <Submit busy={form.busy}>{t('Open the desk')}</Submit>
                <button
                  type="button"
                  className="btn quiet"
                  onClick={(e) => {
                    const filled = new FormData(e.currentTarget.form ?? undefined);
                    setDesk({ workspace: String(filled.get('workspace')), site: String(filled.get('site')) });
                    setStep(0);
                    form.setError(null);
                  }}
                >
                  {back ? t('Correct your details') : t('Back')}
                </button>
              </>
            )}
          </form>
        </div>
      </main>
      <footer>
        {step === 0 ? t('Four steps, about five minutes.') : t('Next: write to yourself as a customer, and answer.')}
      </footer>
    </div>
  );
};
