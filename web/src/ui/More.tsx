import { t } from '../language/index.ts';

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/**
 * Below a list that comes in pages: the next one, while there is one. It is never `disabled`: what is pressed by a key keeps the focus, and
 * the key asks for the page after it.
 */
export const More = ({ of, label, small }: { of: Pages; label?: string; small?: boolean }) => {
  const busy = of.isFetchingNextPage;
  return of.hasNextPage ? (
    <button
      type="button"
      className={`btn${small ? ' sm' : ''}${busy ? ' busy' : ''}`}
      aria-disabled={busy || undefined}
      onClick={() => {
        if (!busy) void of.fetchNextPage();
      }}
    >
      {label ?? t('Show more')}
    </button>
  ) : null;
};
