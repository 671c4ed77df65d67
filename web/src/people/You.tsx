import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { useMe } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, useTitle } from '../ui/kit.tsx';
import { Languages, Zones } from '../ui/places.tsx';
import { setTheme, type Theme, useTheme } from '../ui/theme.ts';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { TwoStep } from './TwoStep.tsx';

const Profile = () => {
  const me = useMe();
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '');
    client.setQueryData(
      ['me'],
      trust(
        await api('PATCH /me', {
          body: {
            name: text('name').trim(),
            language: text('language'),
            timeZone: text('timeZone'),
            signature: text('signature'),
          },
        }),
      ),
    );
    await client.invalidateQueries({ queryKey: ['people'] });
    tell('Saved');
  });
  return (
    <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
      <Field label="Name" error={form.fields.name}>
        <input className="input" name="name" dir="auto" defaultValue={me.person.name} required />
      </Field>
      <div className="form two">
        <Field label="Language" help="Dates, numbers and the direction of the screen.">
          <Languages name="language" value={me.person.language} />
        </Field>
        <Field label="Time zone" help="Snooze and every time you read.">
          <Zones name="timeZone" value={me.person.timeZone} />
        </Field>
      </div>
      <Field label="Your signature" optional help="Instead of the inbox’s, below what you send.">
        <textarea
          className="input"
          name="signature"
          rows={3}
          dir="auto"
          defaultValue={me.person.signature}
          maxLength={4000}
        />
      </Field>
      <FormError error={form.error} fields={['name']} />
      <div className="feet">
        <Submit busy={form.busy}>Save</Submit>
      </div>
    </form>
  );
};

const Password = () => {
  const [round, setRound] = useState(0);
  const form = useSubmit(async (data) => {
    await api('POST /me/password', { body: { old: String(data.get('old')), password: String(data.get('password')) } });
    setRound((n) => n + 1);
    tell('Changed. Every other session has ended.');
  });
  return (
    <form className="form card pad" key={round} onSubmit={(e) => void form.submit(e)}>
      <h2>Password</h2>
      <div className="form two">
        <Field label="The one you have" error={form.fields.old}>
          <input className="input" name="old" type="password" autoComplete="current-password" required />
        </Field>
        <Field label="A new one" help="10 characters or more." error={form.fields.password}>
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            required
          />
        </Field>
      </div>
      <FormError error={form.error} fields={['old', 'password']} />
      <div className="feet">
        <Submit busy={form.busy} className="btn">
          Change password
        </Submit>
      </div>
    </form>
  );
};

const Sessions = () => {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['sessions'], queryFn: async () => (await api('GET /me/sessions')).items });
  const end = async (id: string) => {
    try {
      await api('DELETE /me/sessions/:id', { params: { id } });
      await client.invalidateQueries({ queryKey: ['sessions'] });
      tell('Signed out there');
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="stack tight">
      <h2>Where you are signed in</h2>
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      <div className="card rowsof">
        {query.data?.map((s) => (
          <div key={s.id}>
            <span className="grow">
              <span className="medium">{browser(s.agent)}</span>
              <span className="xs ink2 row">
                <bdi dir="ltr">{s.ip}</bdi> · active {ago(s.lastSeenAt)}
              </span>
            </span>
            {s.current ? (
              <span className="chip accent">this one</span>
            ) : (
              <button type="button" className="btn sm" onClick={() => void end(s.id)}>
                Sign out
              </button>
            )}
          </div>
        ))}
      </div>
    </section>
  );
};
/** Firefox on Linux, from what browsers say of themselves. */
export const browser = (agent: string): string => {
  const name = [
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ].find(([mark]) => agent.includes(mark ?? ''))?.[1];
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS', 'Mac'],
    ['Linux', 'Linux'],
  ].find(([mark]) => agent.includes(mark ?? ''))?.[1];
  return name ? `${name}${system ? ` on ${system}` : ''}` : agent.slice(0, 40) || 'Unknown browser';
};

export const You = () => {
  useTitle('Your profile');
  const theme = useTheme();
  const me = useMe();
  return (
    <>
      <div>
        <h1>Your profile</h1>
        <p className="lead">
          <bdi>{me.person.email}</bdi>
        </p>
      </div>
      <Profile />
      <section className="form card pad">
        <h2>On this device</h2>
        <Field label="Light">
          <select
            className="input"
            style={{ maxInlineSize: 220 }}
            value={theme}
            onChange={(e) => setTheme(e.target.value as Theme)}
          >
            <option value="auto">Like this device</option>
            <option value="light">Day</option>
            <option value="dark">Evening</option>
          </select>
        </Field>
      </section>
      <Password />
      <TwoStep />
      <Sessions />
    </>
  );
};
