import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, Mark, useTitle } from '../ui/kit.tsx';
import { hereZone, Languages, Zones } from '../ui/places.tsx';
import { dropToken, useToken } from './fragment.ts';
import { Gate } from './Gate.tsx';

const steps = ['You', 'Workspace', 'E-mail'];

const kept = 'setup';
/** What was answered before a reload; never the password. */
const answered = (): { name: string; email: string } => ({
  name: '',
  email: '',
  ...(JSON.parse(sessionStorage.getItem(kept) ?? '{}') as object),
});

/** The first visitor with the one-time link becomes the owner. Two questions, then the first mailbox. */
export const SetUp = () => {
  useTitle('Set up');
  const token = useToken();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, isPending, isError, error, refetch } = useQuery({
    queryKey: ['setup'],
    queryFn: () => api('GET /setup'),
    staleTime: 0,
  });
  const [step, setStep] = useState(0);
  const [you, setYou] = useState({ ...answered(), password: '' });
  const [first, setFirst] = useState<{ name?: string; email?: string }>({});
  const form = useSubmit(async (fields) => {
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    if (step === 0) {
      const who = { name: text('name'), email: text('email') };
      const wrong = {
        ...(who.name ? {} : { name: 'Write your name: people see it beside your answers.' }),
        ...(/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(who.email)
          ? {}
          : { email: 'This is not a whole address: name@example.com.' }),
      };
      setFirst(wrong);
      if (Object.keys(wrong).length > 0) return;
      sessionStorage.setItem(kept, JSON.stringify(who));
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
    client.clear();
    client.setQueryData(['me'], me);
    await navigate({ to: '/settings/inboxes/new' });
  });
  if (isPending) return <Gate title="One moment" />;
  if (isError)
    return (
      <Gate title="Not reachable">
        <Failed error={error} retry={() => void refetch()} />
      </Gate>
    );
  if (!data.open)
    return (
      <Gate title="Already set up" lead="This Hearten has its owner. Sign in, or ask them for an invitation.">
        <Link className="btn primary" to="/sign-in">
          Sign in
        </Link>
      </Gate>
    );
  if (!token)
    return (
      <Gate
        title="Open the set-up link"
        lead="This Hearten is new. When it started it printed a one-time link in the terminal: open that, and you become its owner."
        wide
      />
    );
  const back = form.fields.email || form.fields.password || form.fields.name;
  return (
    <div className="gate">
      <header>
        <Mark />
        Hearten
        <ol className="steps" aria-label="Steps">
          {steps.map((s, n) => (
            <li key={s} className={n < step ? 'done' : ''} aria-current={n === step ? 'step' : undefined}>
              <i aria-hidden="true">{n < step ? <Check className="i" /> : n + 1}</i>
              {s}
            </li>
          ))}
        </ol>
      </header>
      <main id="main">
        <div className="box wide">
          <div>
            <h1>{step === 0 ? 'First, you' : 'Your workspace'}</h1>
            <p className="lead">
              {step === 0
                ? 'You become the owner and can invite everyone else.'
                : 'What you would call the place where you all answer. It can be changed later.'}
            </p>
          </div>
          <form className="form" key={step} onSubmit={(e) => void form.submit(e)}>
            {step === 0 ? (
              <>
                <Field label="Name" error={first.name}>
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
                <Field label="E-mail" error={first.email}>
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
                  label="Password"
                  help="10 characters or more. A few words you remember are better than one you don’t."
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
                <Submit busy={form.busy}>Next</Submit>
              </>
            ) : (
              <>
                <Field label="Name of the workspace" error={form.fields.workspace}>
                  <input
                    className="input"
                    name="workspace"
                    dir="auto"
                    autoComplete="organization"
                    required
                    autoFocus
                    placeholder="Northwind Lamps"
                  />
                </Field>
                <div className="form two">
                  <Field label="Language" help="Of dates and of mails from Hearten; the screens speak English so far.">
                    <Languages name="language" value={navigator.language.split('-')[0] ?? 'en'} />
                  </Field>
                  <Field label="Time zone">
                    <Zones name="timeZone" value={hereZone()} />
                  </Field>
                </div>
                <FormError error={form.error} fields={['workspace']} />
                <Submit busy={form.busy}>Open the desk</Submit>
                <button
                  type="button"
                  className="btn quiet"
                  onClick={() => {
                    setStep(0);
                    form.setError(null);
                  }}
                >
                  {back ? 'Correct your details' : 'Back'}
                </button>
              </>
            )}
          </form>
        </div>
      </main>
      <footer>Next: connect the address your customers write to.</footer>
    </div>
  );
};
