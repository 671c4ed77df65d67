import { Link } from '@tanstack/react-router';
import { t } from '../language/index.ts';
import { Empty, Failed, useTitle } from './kit.tsx';

/** A screen that could not be drawn; what was typed is kept in drafts on the server. */
export const Crash = ({ error, reset }: { error: unknown; reset?: () => void }) => {
  useTitle(t('Something went wrong'));
  return (
    <main className="center" style={{ blockSize: '100%' }}>
      <Failed level="h1" error={error} retry={() => (reset ? reset() : location.reload())} />
    </main>
  );
};

export const NoSuchPage = () => {
  useTitle(t('Not here'));
  return (
    <main className="center" style={{ blockSize: '100dvh' }}>
      <Empty
        level="h1"
        title={t('Nothing at this address')}
        action={
          <Link className="btn" to="/">
            {t('Go to the inbox')}
          </Link>
        }
      >
        {t('The link may be old, or a letter got lost on the way.')}
      </Empty>
    </main>
  );
};
