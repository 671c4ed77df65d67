import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe, WithMe } from '../me.ts';
import { AddPasskey } from '../people/Passkeys.tsx';
import { TwoStep } from '../people/TwoStep.tsx';
import { useTitle } from '../ui/kit.tsx';
import { tellProblem } from '../ui/toast.tsx';
import { Gate } from './Gate.tsx';
import { proveAgain } from './proof.ts';

/** All that somebody can do whose workspace asks for a second factor and who has shown none yet. */
const Ways = () => {
  useTitle(t('A second factor'));
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ways = useQuery({ queryKey: ['ways'], queryFn: () => api('GET /me/sign-in') });
  const goOn = async () => {
    client.setQueryData(['me'], trust(await api('GET /me')));
    await navigate({ to: '/' });
  };
  const leave = async () => {
    try {
      await api('POST /sign-out');
      location.assign('/sign-in');
    } catch (error) {
      tellProblem(error);
    }
  };
  if (!me.held) return <Navigate to="/" />;
  const has = ways.data ? ways.data.totp || ways.data.passkeys.length > 0 : false;
  return (
    <Gate
      wide
      title={t('A second factor')}
      lead={
        has
          ? t('{workspace} asks for a second factor. Use the one you have, and everything goes on.', {
              workspace: me.workspace.name,
            })
          : t(
              '{workspace} asks for a second factor: a passkey, or codes of an app. Set one up, and everything goes on.',
              {
                workspace: me.workspace.name,
              },
            )
      }
    >
      {has ? (
        <button
          type="button"
          className="btn primary"
          onClick={() => void proveAgain().then((proved) => (proved ? goOn() : undefined))}
        >
          {t('Prove that it is you')}
        </button>
      ) : null}
      {ways.data && !has ? <AddPasskey possible={ways.data.passkeyHost !== null} added={() => void goOn()} /> : null}
      {ways.data && !ways.data.totp ? <TwoStep kept={() => void goOn()} /> : null}
      <button type="button" className="btn quiet" onClick={() => void leave()}>
        {t('Sign out')}
      </button>
    </Gate>
  );
};

export const SecondFactor = () => (
  <WithMe>
    <Ways />
  </WithMe>
);
