import type { Me } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Problem, said } from '../problem.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { useTitle } from '../ui/kit.tsx';
import { CodeField } from './CodeField.tsx';
import { type OnTheWay, takeOnTheWay } from './company.ts';
import { Gate } from './Gate.tsx';
import { inside } from './inside.ts';

/** Back from the company's provider: in, or asked whether an account that has this address already is theirs. */
export const CompanyBack = () => {
  useTitle(t('Sign in'));
  const { id } = useParams({ from: '/sign-in/company/$id' });
  const client = useQueryClient();
  const router = useRouter();
  const [link, setLink] = useState<{ email: string; way: OnTheWay; state: string } | null>(null);
  const [wrong, setWrong] = useState<unknown>(null);
  const [linking, setLinking] = useState(false);
  const [code, setCode] = useState(false);
  const enter = (me: Me, to: string | undefined) => {
    client.clear();
    client.setQueryData(['me'], trust(me));
    router.history.push(inside(to));
  };
  const finish = useRef(async () => {
    const came = Object.fromEntries(new URLSearchParams(location.search));
    // What came back works once; it is nothing to leave in the address bar.
    history.replaceState(history.state, '', location.pathname);
    const way = takeOnTheWay(id);
    if (!way) throw new Error(t('This sign-in began in another tab, or is over. Begin again.'));
    const { browser, workspaceId, to } = way;
    if (way.links) {
      setLinking(true);
      // Who is signed in comes first, so that a proof that is asked for is asked for here.
      client.setQueryData(['me'], trust(await api('GET /me')));
      await api('POST /me/company-sign-ins', { body: { id, browser, came } });
      router.history.push('/settings/security');
      return;
    }
    const out = await api('POST /sign-in/company/finish', { body: { workspaceId, id, browser, came } });
    if (out.me) enter(out.me, to);
    else if (out.link) setLink({ email: out.link.email, way, state: came.state ?? '' });
  });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    finish.current().catch(setWrong);
  }, []);
  const form = useSubmit(async (data) => {
    if (!link) return;
    const text = (name: string) => String(data.get(name) ?? '');
    const { workspaceId, browser, to } = link.way;
    try {
      enter(
        await api('POST /sign-in/company/link', {
          body: {
            workspaceId,
            browser,
            state: link.state,
            password: text('password'),
            ...(text('code') ? { code: text('code').trim() } : {}),
          },
        }),
        to,
      );
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith('/code-needed') && !code) return setCode(true);
      throw error;
    }
  });
  const back = linking ? (
    <Link className="btn" to="/settings/security">
      {t('Sign-in and security')}
    </Link>
  ) : (
    <Link className="btn" to="/sign-in">
      {t('Back to sign-in')}
    </Link>
  );
  if (wrong !== null)
    return (
      <Gate title={linking ? t('Nothing was linked') : t('Nobody was signed in')} lead={said(wrong)}>
        {back}
      </Gate>
    );
  if (!link) return <Gate title={t('One moment')} />;
  return (
    <Gate
      title={t('Is this account yours?')}
      lead={
        <Said
          id="There is an account as <0>{email}</0> already. Its password, once, links it to your company’s sign-in."
          values={{ email: link.email }}
          components={[<bdi key="0" />]}
        />
      }
    >
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <input type="hidden" name="username" autoComplete="username" value={link.email} readOnly />
        <Field label={t('Password')}>
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            dir="ltr"
          />
        </Field>
        {code ? <CodeField /> : null}
        <FormError error={form.error} />
        <Submit busy={form.busy}>{t('Link and sign in')}</Submit>
        {back}
      </form>
    </Gate>
  );
};
